using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Verify a signature with the primary version or the one named.</summary>
internal sealed record VerifyWithKey(Approval Approval, SigningInput Input, byte[] Signature, int? Version)
    : KeyMessage(Approval);
