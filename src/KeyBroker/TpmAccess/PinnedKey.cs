using KeyBroker.Tpm.Structures;

namespace KeyBroker.TpmAccess;

/// <summary>The storage root key that this store belongs to: where it is, and its public area.</summary>
internal sealed record PinnedKey(TpmHandle Handle, TpmPublic Area);
