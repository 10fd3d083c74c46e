using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Verify a message authentication code with the version named, or with whichever made it.</summary>
internal sealed record VerifyMacWithKey(Approval Approval, byte[] Message, byte[] Mac, int? Version) : KeyMessage(Approval);
