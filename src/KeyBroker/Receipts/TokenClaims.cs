namespace KeyBroker.Receipts;

/// <summary>What the gate needs of a token that verified.</summary>
internal sealed record TokenClaims(string Machine, string Jti, string CnfThumbprint);
