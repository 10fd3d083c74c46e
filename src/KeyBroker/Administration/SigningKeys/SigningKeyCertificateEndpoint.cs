using KeyBroker.Attestation;
using KeyBroker.Hosting;
using KeyBroker.Pipeline;
using KeyBroker.Receipts;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/signing-keys/{kid}/certificate: publishes with the key what an authority issued for it.</summary>
internal sealed class SigningKeyCertificateEndpoint(SigningKeys keys) : AdminEndpoint
{
    public override void Configure()
    {
        Post("/v1/admin/signing-keys/{kid}/certificate");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        var pem = (await RequestBody.ReadAsync(HttpContext)).Object("chain").Text("chain");
        var key = keys.Find(RequestTarget.Segment(HttpContext, 3))
            ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such key");
        try
        {
            var record = AuditEvents.Done(Subject("signing-key.certificate", $"signing-keys/{key.Kid}"));
            await keys.InstallAsync(key, SigningCertificate.Parse(pem), record, cancellationToken);
        }
        catch (SigningCertificateException refused)
        {
            var reason = new Reason(ProblemCodes.OperationUnsupported, refused.Message) { Path = "chain" };
            throw new DeniedException(ProblemCodes.OperationUnsupported, reason);
        }

        await JsonAnswer.SendAsync(HttpContext, 200, SigningKeyJson.Of(keys, key));
    }
}
