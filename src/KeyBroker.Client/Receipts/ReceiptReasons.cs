namespace KeyBroker.Client;

/// <summary>The closed set of ways in which a receipt fails (specs/tokens.md, 3.1).</summary>
public static class ReceiptReasons
{
    public const string Malformed = "malformed";
    public const string Type = "type";
    public const string Key = "key";
    public const string Signature = "signature";
    public const string Claims = "claims";
    public const string Result = "result";
    public const string Request = "request";
    public const string Audience = "audience";
    public const string Issuer = "issuer";
    public const string Statement = "statement";
    public const string Quote = "quote";
    public const string AttestationKey = "attestation-key";
    public const string Period = "period";

    public static IReadOnlyList<string> All { get; } =
    [
        Malformed, Type, Key, Signature, Claims, Result, Request, Audience, Issuer, Statement, Quote, AttestationKey, Period,
    ];
}
