namespace KeyBroker.Receipts;

/// <summary>What a signing key of the broker is for; a key has one use only.</summary>
internal static class SigningUse
{
    public const string Token = "token";
    public const string Result = "result";
}
