using System.Text.Json.Nodes;
using KeyBroker.Administration;
using KeyBroker.Keys;
using KeyBroker.RandomBytes;
using KeyBroker.Secrets;
using MediatR;

namespace KeyBroker.Pipeline;

/// <content>The messages about keys and secrets.</content>
internal static partial class Messages
{
    private static void AddKeyMessages(IServiceCollection services)
    {
        AddHandler<CreateKey, KeyResult, CreateKeyHandler>(services);
        AddHandler<RotateKey, KeyResult, RotateKeyHandler>(services);
        AddHandler<MakeKey, ChangedKey, MakeKeyHandler>(services);
        AddHandler<RenewKey, ChangedKey, RenewKeyHandler>(services);
        AddHandler<ChangeItem, ChangedItem, ChangeItemHandler>(services);
        AddHandler<ShowKey, KeyResult, ShowKeyHandler>(services);
        AddHandler<AttestKey, KeyResult, AttestKeyHandler>(services);
        AddHandler<ReleaseKey, KeyResult, ReleaseKeyHandler>(services);
        AddHandler<ListKeys, JsonObject, ListKeysHandler>(services);
        AddUse<SignWithKey, SignWithKeyHandler>(services);
        AddUse<VerifyWithKey, VerifyWithKeyHandler>(services);
        AddUse<EncryptWithKey, EncryptWithKeyHandler>(services);
        AddUse<DecryptWithKey, DecryptWithKeyHandler>(services);
        AddUse<WrapWithKey, WrapWithKeyHandler>(services);
        AddUse<UnwrapWithKey, UnwrapWithKeyHandler>(services);
        AddUse<MakeDataKey, MakeDataKeyHandler>(services);
        AddUse<RewrapWithKey, RewrapWithKeyHandler>(services);
        AddUse<AgreeWithKey, AgreeWithKeyHandler>(services);
        AddUse<MacWithKey, MacWithKeyHandler>(services);
        AddUse<VerifyMacWithKey, VerifyMacWithKeyHandler>(services);
    }

    private static void AddRandomMessages(IServiceCollection services) =>
        AddHandler<MakeRandomBytes, JsonObject, MakeRandomBytesHandler>(services);

    private static void AddSecretMessages(IServiceCollection services)
    {
        AddHandler<SealSecret, SecretResult, SealSecretHandler>(services);
        AddHandler<ShowSecret, SecretResult, ShowSecretHandler>(services);
        AddHandler<ListSecrets, JsonObject, ListSecretsHandler>(services);
        AddHandler<ReleaseSecret, SecretResult, ReleaseSecretHandler>(services);
    }

    /// <summary>A use of a key comes alone or in a batch.</summary>
    private static void AddUse<TRequest, THandler>(IServiceCollection services)
        where TRequest : KeyMessage
        where THandler : class, IRequestHandler<TRequest, Outcome<KeyResult>>
    {
        AddHandler<TRequest, KeyResult, THandler>(services);
        AddHandler<KeyBatch<TRequest>, KeyResult, KeyBatchHandler<TRequest>>(services);
    }
}
