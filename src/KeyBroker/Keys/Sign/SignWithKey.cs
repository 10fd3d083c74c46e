using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Sign a digest with the primary version, or with the active version named.</summary>
internal sealed record SignWithKey(Approval Approval, SigningInput Input, int? Version) : KeyMessage(Approval);
