using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.Policies.Testing;
using KeyBroker.Attestation.Policies.Yaml;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    /// <summary>The cases of a test file whose evidence lies in a folder; what is wrong goes to the problems.</summary>
    public IReadOnlyList<PolicyTestCase> ReadCases(YamlNode root, string folder)
    {
        if (Map(root) is not { } members)
        {
            return [];
        }

        Choice(members.Required("apiVersion"), "keybroker/v1");
        Choice(members.Required("kind"), "PolicyTest");
        ReadMetadata(members.Required("metadata"));
        var spec = Map(members.Required("spec"));
        members.RefuseUnknown();
        var cases = ReadAll(List(spec?.Required("cases")), item => Case(item, folder));
        spec?.RefuseUnknown();
        return cases;
    }

    private PolicyTestCase? Case(YamlNode node, string folder)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var name = Text(members.Required("name"));
        var machine = CaseMachine(members.Optional("machine"));
        var at = Time(members.Optional("at"));
        var boot = CaseBoot(members, folder);
        var expected = CaseExpectation(members.Required("expect"));
        members.RefuseUnknown();
        return name is null || boot is null || expected is null ? null : new PolicyTestCase(problems.File, name)
        {
            Machine = machine,
            At = at,
            Boot = boot,
            Expected = expected,
        };
    }

    private MachineFacts CaseMachine(YamlNode? node)
    {
        var members = Map(node);
        var labels = ReadLabels(members?.Optional("labels"));
        var trust = Choice(members?.Optional("trust"), TrustLevel.All) ?? TrustLevel.PreRegistered;
        var registered = Boolean(members?.Optional("registered")) ?? false;
        var tpm = CaseTpm(members?.Optional("tpm"));
        var verifier = Verifier(members?.Optional("verifier"));
        members?.RefuseUnknown();
        return new MachineFacts("sha256-" + new string('0', 64), "test", verifier is null ? trust : TrustLevel.Verifier, labels)
        {
            Registered = registered,
            Tpm = tpm,
            Verifier = verifier,
        };
    }

    private CertifiedTpm? CaseTpm(YamlNode? node)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var (manufacturer, model, firmware) = (
            Text(members.Required("manufacturer")), Text(members.Required("model")), Text(members.Required("firmware")));
        members.RefuseUnknown();
        return new CertifiedTpm(manufacturer ?? "", model ?? "", firmware ?? "", Issuer: "", Serial: "");
    }

    // A file of evidence may have its own log; one that is named beside it stands instead.
    private StatedBoot? CaseBoot(Members members, string folder)
    {
        var (file, inline, log) = (members.Optional("evidence"), members.Optional("registers"), members.Optional("eventLog"));
        var results = CaseResults(members.Optional("results"));
        var isMeasured = file is not null || inline is not null || !members.Has("results");
        RefuseIf(
            isMeasured && (file is null) == (inline is null), members.Node,
            "a case names 'evidence', a file, or 'registers', one of them; neither where all there is are 'results'");
        var evidence = !isMeasured ? new EvidenceFile(MeasuredState.None, null) : file is null ? CaseRegisters(inline) : CaseFile(file, folder);
        var bytes = log is null ? evidence?.EventLog : Content(log, folder);
        return evidence is null || results is null ? null : StatedBoot.Of(evidence.State.With(results), bytes);
    }

    private EvidenceFile? CaseFile(YamlNode node, string folder)
    {
        try
        {
            return Content(node, folder) is { } content ? EvidenceFile.Read(content) : null;
        }
        catch (FormatException malformed)
        {
            return Refuse<EvidenceFile>(node, malformed.Message);
        }
    }

    private ReadOnlyMemory<byte>? Content(YamlNode node, string folder)
    {
        if (Text(node) is not { } name)
        {
            return null;
        }

        try
        {
            return RegularFile.Read(Path.Combine(folder, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Refuse(node, $"'{name}' cannot be read: {e.Message}");
            return null;
        }
    }

    private EvidenceFile? CaseRegisters(YamlNode? node)
    {
        var pcrs = new Dictionary<(TpmAlgorithm, int), byte[]>();
        foreach (var member in Map(node)?.Node.Members ?? [])
        {
            var bank = Bank(member.Name);
            foreach (var register in Map(member.Value)?.Node.Members ?? [])
            {
                var pcr = Integer(register.Name with { IsPlain = true });
                if (pcr is { } known && Content(register.Value, bank) is { } value)
                {
                    pcrs.TryAdd((bank, known), value);
                }
            }
        }

        return node is null ? null : new EvidenceFile(MeasuredState.DangerousFromValues(pcrs), null);
    }

    // What a register holds, which may well be zeros: it is quoted, not required.
    private byte[]? Content(YamlNode node, TpmAlgorithm bank) => BaselineDigest(node, bank);
}
