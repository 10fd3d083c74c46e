using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Audit;

/// <summary>audit verify: needs an export, or the file of a sink, and nothing else, no broker and no socket.</summary>
internal static class AuditVerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("file")
        {
            Description = "An export or the file of a sink, one entry a line; several are the parts of one in their order, - is standard input",
            Arity = ArgumentArity.OneOrMore,
        };
        var (expectations, signer) = (new ExpectationOptions(), new SignerOption());
        var command = new Command("verify", "Checks that no record of an export was changed, moved, left out, cut off or made anew") { files };
        expectations.AddTo(command);
        signer.AddTo(command);
        return command
            .WithExamples(
                "keybroker audit verify audit.jsonl --ak keys.json",
                "keybroker audit export | keybroker audit verify - --checkpoint kept.json",
                "keybroker audit verify audit.jsonl.4711 audit.jsonl",
                "keybroker audit verify audit.jsonl --contains 4be0c1...")
            .Runs(terminal, call =>
            {
                var paths = call.Get(files)!;
                var expected = expectations.Of(call) with { Signer = signer.Of(call) };
                if (!paths.Contains("-")) // What comes through a pipe comes once.
                {
                    expected = expected with { Late = LateCheckpoints.In(LogLines.Read(paths, call.Terminal.Input)) };
                }

                return Report(call, LogVerifier.Verify(LogLines.Read(paths, call.Terminal.Input), expected), expected);
            });
    }

    private static int Report(Invocation call, LogVerdict verdict, LogExpectations expected)
    {
        if (verdict.Fault is { } fault)
        {
            if (call.WantsJson)
            {
                call.Terminal.Json(ToJson(verdict));
            }

            call.Terminal.Error($"{NameOf(fault.Kind)} at record {fault.Sequence}: {fault.Message}");
            return ExitCode.Denied;
        }

        var code = call.Answer(ToJson(verdict), () => Print(call, verdict));
        if (verdict.Newest is not null)
        {
            SignerOption.Warn(call, expected.Signer);
        }

        return code;
    }

    private static void Print(Invocation call, LogVerdict verdict)
    {
        call.Terminal.Done($"{verdict.Records} records fit, the last is {verdict.Last}");
        call.Terminal.Fields(
            ("its hash", Convert.ToHexStringLower(verdict.Head)),
            ("checkpoints", $"{verdict.Checkpoints}"),
            ("not compared", verdict.Uncompared > 0 ? $"{verdict.Uncompared} checkpoints behind later records: name the file instead of a pipe" : null),
            ("not covered by one", verdict.Last > (verdict.Newest?.Size ?? 0) ? $"{verdict.Last - (verdict.Newest?.Size ?? 0)} records: their end could be cut off" : null),
            ("counter", verdict.Newest is { } newest ? $"{newest.Counter}, {newest.At:u}" : null),
            ("signed by", verdict.Signer?.ToString()),
            ("without names", verdict.Redacted > 0 ? $"{verdict.Redacted} records: their places are proven, not their words" : null),
            ("clock set back", verdict.ClockSteps > 0 ? $"{verdict.ClockSteps} times" : null));
    }

    private static JsonObject ToJson(LogVerdict verdict) => new()
    {
        ["valid"] = verdict.Fault is null,
        ["records"] = verdict.Records,
        ["last"] = verdict.Last,
        ["hash"] = Convert.ToHexStringLower(verdict.Head),
        ["root"] = verdict.Root is { } root ? Convert.ToBase64String(root) : null,
        ["checkpoints"] = verdict.Checkpoints,
        ["uncompared"] = verdict.Uncompared,
        ["covered"] = verdict.Newest?.Size ?? 0,
        ["counter"] = verdict.Newest?.Counter,
        ["signer"] = verdict.Signer?.ToString(),
        ["redacted"] = verdict.Redacted,
        ["clockSteps"] = verdict.ClockSteps,
        ["kind"] = verdict.Fault is { } fault ? NameOf(fault.Kind) : null,
        ["record"] = verdict.Fault?.Sequence,
        ["fault"] = verdict.Fault?.Message,
    };

    private static string NameOf(LogFaultKind kind) => kind switch
    {
        LogFaultKind.Changed => "changed",
        LogFaultKind.Missing => "missing",
        LogFaultKind.Inserted => "inserted",
        LogFaultKind.Moved => "moved",
        LogFaultKind.Cut => "cut",
        LogFaultKind.Fork => "fork",
        LogFaultKind.CounterBack => "counter-back",
        _ => "forged-checkpoint",
    };
}
