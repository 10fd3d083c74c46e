using System.Text;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Brokers;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Client;

/// <summary>Checks what was kept of a broker, without asking it.</summary>
public static class KeptBroker
{
    /// <param name="json">As <see cref="AskedBroker.ToJson"/> wrote it.</param>
    /// <param name="nonce">What it must have been asked with; null for whatever it says.</param>
    /// <exception cref="BrokerRefusedException">It proves nothing.</exception>
    public static AskedBroker Check(ReadOnlySpan<byte> json, byte[]? nonce)
    {
        try
        {
            var members = StrictJson.ParseObject(json, "nonce", "evidence");
            var kept = members.Bytes("nonce");
            var evidence = BrokerEvidence.Parse(Encoding.UTF8.GetBytes(members.Required("evidence").GetRawText()));
            return new AskedBroker(VerifiedBroker.Check(evidence, nonce ?? kept), nonce ?? kept);
        }
        catch (DeniedException refused)
        {
            throw new BrokerRefusedException(RefusedBroker.ReasonsOf(refused));
        }
    }
}
