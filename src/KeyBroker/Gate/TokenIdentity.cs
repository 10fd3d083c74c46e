namespace KeyBroker.Gate;

/// <summary>Whose token it is, which one, and the thumbprint of the key that proves its possession.</summary>
internal sealed record TokenIdentity(string Machine, string Jti, string CnfThumbprint);
