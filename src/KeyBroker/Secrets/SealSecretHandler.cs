using System.Security.Cryptography;
using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Secrets;

internal sealed class SealSecretHandler(SecretVault vault) : SecretHandler<SealSecret>(vault)
{
    public override async Task<Outcome<SecretResult>> Handle(SealSecret request, CancellationToken cancellationToken)
    {
        try
        {
            var approval = request.Approval;
            var prepared = await Vault.PrepareAsync(
                approval.ResourceName, request.Value, approval.Machine, cancellationToken);
            var newest = prepared.Value.Newest;
            return new(new SecretResult(prepared.Value, newest, []), prepared.Commit)
            {
                Version = newest.Version,
                Abandon = prepared.Abandon,
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(request.Value);
        }
    }
}
