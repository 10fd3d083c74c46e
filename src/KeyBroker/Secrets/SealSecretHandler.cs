using System.Security.Cryptography;
using KeyBroker.Pipeline;
using KeyBroker.Receipts;
using KeyBroker.Vault;

namespace KeyBroker.Secrets;

internal sealed class SealSecretHandler(SecretVault vault, ReceiptSigner signer) : SecretHandler<SealSecret>(vault)
{
    public override async Task<Outcome<SecretResult>> Handle(SealSecret request, CancellationToken cancellationToken)
    {
        try
        {
            var approval = request.Approval;
            var wanted = new NewSecret(approval.ResourceName, request.Value, approval.Machine)
            {
                Labels = request.Labels,
                Require = request.Require,
                IsNew = request.IsNew,
            };
            var prepared = await Vault.PrepareAsync(wanted, cancellationToken);
            var result = new SecretResult(prepared.Value, prepared.Value.Newest, []);
            return new(result, prepared.Commit)
            {
                Version = result.Version.Version,
                Abandon = prepared.Abandon,
                Recorded = (transaction, sequence) =>
                    request.Once?.Keep(transaction, SecretAnswers.Claims(signer, approval, sequence, result)),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(request.Value);
        }
    }
}
