using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Show where a key version was made and where it may go.</summary>
/// <param name="Number">Null for the primary version.</param>
/// <param name="Nonce">What the evidence is to carry; null for none.</param>
internal sealed record AttestKey(Approval Approval, int? Number, byte[]? Nonce) : KeyMessage(Approval);
