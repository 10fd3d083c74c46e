using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Evidence;

/// <summary>What an attester sent: well formed, and not one byte of it to be believed yet.</summary>
public sealed class Evidence
{
    private Evidence(string machine, RuntimeData runtime) => (Machine, Runtime) = (machine, runtime);

    /// <summary>The machine that the evidence claims to be of.</summary>
    public string Machine { get; }

    public RuntimeData Runtime { get; }

    /// <summary>TPMS_ATTEST as received; it is decoded only after its signature holds.</summary>
    public required byte[] Attest { get; init; }

    public required TpmSignature Signature { get; init; }

    /// <summary>Register values by bank and index, as claimed.</summary>
    public required IReadOnlyDictionary<TpmAlgorithm, SortedDictionary<int, byte[]>> Pcrs { get; init; }

    /// <summary>The log of the boot as claimed; it is decoded only after everything about the quote holds.</summary>
    public byte[]? EventLog { get; init; }

    /// <summary>Results of remote verifiers that came with it, as they came.</summary>
    public IReadOnlyList<string> Results { get; init; } = [];

    /// <summary>The shape checks of section 4; nothing about the content is decided here.</summary>
    /// <exception cref="DeniedException">request-malformed or operation-unsupported.</exception>
    public static Evidence Parse(ReadOnlySpan<byte> requestJson)
    {
        var body = StrictJson.ParseObject(
            requestJson, "machine", "runtimeData", "quote", "pcrs", "eventLog", "imaLog", "result", "results");
        RefuseImaLog(body);
        var quote = StrictJson.Object(body.Required("quote"), "attest", "signature");
        return new Evidence(body.Text("machine"), RuntimeData.Parse(body.Bytes("runtimeData")))
        {
            Attest = quote.Bytes("attest"),
            Signature = ParseSignature(quote.Bytes("signature")),
            Pcrs = PcrValues.Parse(body.Required("pcrs")),
            EventLog = body.OptionalBytes("eventLog"),
            Results = CarriedResults.Parse(body),
        };
    }

    // A log that would be ignored is refused instead: its sender believes that it counts.
    private static void RefuseImaLog(StrictObject body)
    {
        if (body.Has("imaLog"))
        {
            throw new DeniedException(
                ProblemCodes.OperationUnsupported,
                new Reason(ProblemCodes.OperationUnsupported, "imaLog is not supported") { Path = "imaLog" });
        }
    }

    private static TpmSignature ParseSignature(byte[] bytes)
    {
        try
        {
            return TpmSignature.Parse(bytes);
        }
        catch (TpmFormatException)
        {
            throw DeniedException.Malformed("not a TPMT_SIGNATURE", "quote.signature");
        }
    }
}
