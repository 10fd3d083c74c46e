using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.WebAuthn;

/// <summary>
/// Reads the attestation of an example whose clock was made up: where "safe" is neither yes nor no, the product refuses, and
/// WebAuthn asks nothing of it.
/// </summary>
internal static class PublishedAttest
{
    public static Attest Parse(byte[] bytes)
    {
        try
        {
            return Attest.Parse(bytes);
        }
        catch (TpmFormatException) when (SafeAt(bytes) is { } at && bytes[at] > 1)
        {
            var usual = bytes.ToArray();
            usual[at] = 1;
            return Attest.Parse(usual);
        }
    }

    // Magic, type, two sized fields, then clock, resetCount and restartCount.
    private static int? SafeAt(byte[] bytes)
    {
        try
        {
            var reader = new TpmReader(bytes);
            reader.ReadBytes(6);
            reader.ReadSized();
            reader.ReadSized();
            reader.ReadBytes(16);
            return reader.Remaining > 0 ? bytes.Length - reader.Remaining : null;
        }
        catch (TpmFormatException)
        {
            return null;
        }
    }
}
