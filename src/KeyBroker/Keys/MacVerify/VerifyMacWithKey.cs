using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Verify a message authentication code, whichever version made it.</summary>
internal sealed record VerifyMacWithKey(Approval Approval, byte[] Message, byte[] Mac) : KeyMessage(Approval);
