using System.Text.Json.Nodes;
using KeyBroker.Keys;
using KeyBroker.Secrets;

namespace KeyBroker.Pipeline;

/// <content>The messages about keys and secrets.</content>
internal static partial class Messages
{
    private static void AddKeyMessages(IServiceCollection services)
    {
        AddHandler<CreateKey, KeyResult, CreateKeyHandler>(services);
        AddHandler<RotateKey, KeyResult, RotateKeyHandler>(services);
        AddHandler<ShowKey, KeyResult, ShowKeyHandler>(services);
        AddHandler<ListKeys, JsonObject, ListKeysHandler>(services);
        AddHandler<SignWithKey, KeyResult, SignWithKeyHandler>(services);
        AddHandler<VerifyWithKey, KeyResult, VerifyWithKeyHandler>(services);
        AddHandler<EncryptWithKey, KeyResult, EncryptWithKeyHandler>(services);
        AddHandler<DecryptWithKey, KeyResult, DecryptWithKeyHandler>(services);
    }

    private static void AddSecretMessages(IServiceCollection services)
    {
        AddHandler<SealSecret, SecretResult, SealSecretHandler>(services);
        AddHandler<ShowSecret, SecretResult, ShowSecretHandler>(services);
        AddHandler<ListSecrets, JsonObject, ListSecretsHandler>(services);
        AddHandler<ReleaseSecret, SecretResult, ReleaseSecretHandler>(services);
    }
}
