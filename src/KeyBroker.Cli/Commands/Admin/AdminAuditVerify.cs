using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin audit verify: needs an export and nothing else, no broker and no socket.</summary>
internal static class AdminAuditVerify
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "An export, one entry a line; - is standard input" };
        var from = new Option<long>("--from")
        {
            Description = "The export begins with this record; what came before is not looked at",
            HelpName = "SEQ",
            DefaultValueFactory = _ => 1,
        };
        var contains = new Option<string?>("--contains")
        {
            Description = "A hash noted earlier that has to be in the chain: shows that it was not cut or made anew",
            HelpName = "HASH",
        };
        return new Command("verify", "Checks that no record of an export was changed, moved or left out") { file, from, contains }
            .WithExamples(
                "keybroker admin audit verify audit.jsonl",
                "keybroker admin audit export | keybroker admin audit verify -",
                "keybroker admin audit verify audit.jsonl --contains 4be0c1...")
            .Runs(terminal, call =>
            {
                using var lines = call.Lines(call.Get(file));
                return Verify(call, lines, new AuditExport(call.Get(from)), call.Get(contains));
            });
    }

    private static int Verify(Invocation call, TextReader lines, AuditExport chain, string? contains)
    {
        var isContained = contains is null;
        for (var line = lines.ReadLine(); line is not null; line = lines.ReadLine())
        {
            var fault = line.Length == 0 ? null : chain.Add(Parse(line));
            if (fault is not null)
            {
                return Broken(call, chain, fault);
            }

            isContained |= string.Equals(chain.Head, contains, StringComparison.OrdinalIgnoreCase);
        }

        return !isContained ? Broken(call, chain, "the hash given is nowhere in the chain")
            : chain.Count == 0 ? Broken(call, chain, "there is no record")
            : call.Answer(Report(chain, null), () =>
            {
                call.Terminal.Done($"{chain.Count} records fit, the last is {chain.Last}");
                call.Terminal.Fields(("its hash", chain.Head));
            });
    }

    private static int Broken(Invocation call, AuditExport chain, string fault)
    {
        if (call.WantsJson)
        {
            call.Terminal.Json(Report(chain, fault));
        }

        call.Terminal.Error($"broken after record {chain.Last}: {fault}");
        return ExitCode.Denied;
    }

    private static JsonObject Report(AuditExport chain, string? fault) => new()
    {
        ["valid"] = fault is null,
        ["records"] = chain.Count,
        ["last"] = chain.Last,
        ["hash"] = chain.Head,
        ["fault"] = fault,
    };

    private static JsonObject Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
