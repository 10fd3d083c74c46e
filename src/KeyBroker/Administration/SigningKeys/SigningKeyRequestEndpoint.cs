using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Hosting;
using KeyBroker.Receipts;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/signing-keys/{kid}/csr: what a certification authority needs; the private part stays here.</summary>
internal sealed class SigningKeyRequestEndpoint(SigningKeys keys) : AdminEndpoint
{
    private const int LongestSubject = 256;

    public override void Configure()
    {
        Post("/v1/admin/signing-keys/{kid}/csr");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        var body = (await RequestBody.ReadAsync(HttpContext)).Object("subject");
        var subject = body.OptionalText("subject") is { } text ? Parse(text) : null;
        var key = keys.Find(RequestTarget.Segment(HttpContext, 3))
            ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such key");
        await JsonAnswer.SendAsync(HttpContext, 200, new JsonObject { ["csr"] = key.RequestCertificate(subject ?? Default(key)) });
    }

    private X500DistinguishedName Default(SigningKey key)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName($"{new Uri(keys.Issuer).Host} {key.Use} key");
        return name.Build();
    }

    private static X500DistinguishedName Parse(string subject)
    {
        try
        {
            return subject.Length <= LongestSubject ? new X500DistinguishedName(subject) : throw Malformed();
        }
        catch (CryptographicException)
        {
            throw Malformed();
        }
    }

    private static DeniedException Malformed() => DeniedException.Malformed("a name such as CN=keys.example.org is expected", "subject");
}
