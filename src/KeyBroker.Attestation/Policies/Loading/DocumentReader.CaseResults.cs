using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies.Yaml;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    private static readonly string[] s_allStatuses =
        [.. Enum.GetValues<ResultStatus>().Select(ResultStatuses.NameOf)];

    /// <summary>What verifiers are stated to have said, which then counts whenever the case is tried.</summary>
    private ImmutableArray<AttestationResult>? CaseResults(YamlNode? node)
    {
        var results = ReadAll(List(node), CaseResult);
        var twice = results.GroupBy(result => result.Verifier).FirstOrDefault(same => same.Count() > 1);
        if (twice is null)
        {
            return results;
        }

        problems.Refuse(node!, $"'{twice.Key}' gives two results");
        return null;
    }

    private AttestationResult? CaseResult(YamlNode node)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var verifier = Verifier(members.Required("verifier"));
        var status = ResultStatuses.TryParse(Choice(members.Optional("status"), s_allStatuses));
        var claims = Claims(members.Optional("claims"));
        members.RefuseUnknown();
        return verifier is null || claims is not { } stated ? null : new AttestationResult(verifier, stated)
        {
            Status = status,
            IssuedAt = DateTimeOffset.UnixEpoch,
            ValidUntil = DateTimeOffset.MaxValue,
        };
    }

    // As they stand in a result: what has no quotes is a number or a truth where it looks like one.
    private JsonElement? Claims(YamlNode? node)
    {
        if (node is null)
        {
            return StrictJson.Parse("{}"u8);
        }

        return Map(node) is null ? null : StrictJson.Parse(Encoding.UTF8.GetBytes(CanonicalJson.Write(node)));
    }
}
