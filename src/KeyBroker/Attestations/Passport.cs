using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Verifiers;

namespace KeyBroker.Attestations;

/// <summary>A result of a remote verifier in place of a quote: well formed, and nothing of it to be believed yet.</summary>
internal sealed record Passport(RuntimeData Runtime, IReadOnlyList<ResultToken> Results)
{
    /// <summary>True for a request of this kind, and not of evidence.</summary>
    public static bool IsOne(ReadOnlySpan<byte> requestJson) =>
        StrictJson.OpenObject(StrictJson.Parse(requestJson)) is var body && body.Has("result") && !body.Has("quote") && !body.Has("machine");

    /// <exception cref="DeniedException">request-malformed or operation-unsupported.</exception>
    public static Passport Parse(ReadOnlySpan<byte> requestJson)
    {
        var body = StrictJson.ParseObject(requestJson, "runtimeData", "result", "results");
        var runtime = RuntimeData.Parse(body.Bytes("runtimeData"));
        if (runtime.CnfClaim is not null || runtime.EncClaim is not null)
        {
            // What would be ignored is refused instead: its sender believes that it counts.
            throw new DeniedException(ProblemCodes.OperationUnsupported, "'certify' is about a machine's own TPM, and no machine is named");
        }

        return new Passport(runtime, [.. CarriedResults.Parse(body).Select(result => ResultToken.Parse(result, "result"))]);
    }
}
