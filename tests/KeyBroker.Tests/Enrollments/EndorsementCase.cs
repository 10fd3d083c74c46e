using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;

namespace KeyBroker.Tests.Enrollments;

/// <summary>A good request to enrol with the certificate of a maker who is trusted.</summary>
internal sealed class EndorsementCase : IDisposable
{
    private readonly EnrollmentCase _request = new();

    public TpmMaker Maker { get; } = new();

    public TpmMaker Stranger { get; } = new();

    public string Id => Attestation.Endorsements.EndorsementKey.Check(_request.Ek).MachineId;

    public byte[] Certificate => Certify();

    public byte[] Certify(Action<System.Security.Cryptography.X509Certificates.CertificateRequest>? change = null) => Maker.Certify(_request.Ek, change);

    public byte[] CertifyByStranger() => Stranger.Certify(_request.Ek);

    public string With(byte[] certificate, params byte[][] intermediates)
    {
        var body = JsonNode.Parse(_request.Good)!;
        body["ek"]!["certificate"] = Base64Url.Encode(certificate);
        body["ek"]!["intermediates"] = new JsonArray([.. intermediates.Select(each => JsonValue.Create(Base64Url.Encode(each)))]);
        return body.ToJsonString();
    }

    public void Dispose()
    {
        _request.Dispose();
        Maker.Dispose();
        Stranger.Dispose();
    }
}
