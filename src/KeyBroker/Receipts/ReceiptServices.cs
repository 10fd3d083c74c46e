namespace KeyBroker.Receipts;

/// <summary>Registers what signs and verifies with the broker's own keys, which are opened before the host is built.</summary>
internal static class ReceiptServices
{
    public static IServiceCollection AddReceipts(this IServiceCollection services, SigningKeys keys, string issuer, EarNames names) => services
        .AddSingleton(_ => keys)
        .AddSingleton(provider => new TokenIssuer(keys, issuer, names))
        .AddSingleton(provider => new AppraisalSigner(keys, issuer, names))
        .AddSingleton(provider => new TokenVerifier(keys.FindToken, issuer, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new ReceiptSigner(keys, issuer, provider.GetRequiredService<TimeProvider>()))
        .AddHostedService<SigningKeyRenewal>();
}
