using System.Buffers.Text;
using System.Text.Json.Nodes;
using KeyBroker.Tpm.Endorsements;

namespace KeyBroker.Client;

/// <summary>What a machine sends to enrol: its name, its two keys, and the certificate of the one that its maker made.</summary>
internal static class EnrollmentBody
{
    public static JsonObject Of(EnrollmentRequest request, MachineTpm tpm, WrappedKey ak) => new()
    {
        ["name"] = request.Name,
        ["ek"] = Endorsement(tpm.EndorsementPublic(request.EndorsementKey), CertificateFor(tpm, request)),
        ["ak"] = new JsonObject { ["public"] = Base64Url.EncodeToString(ak.Public) },
    };

    private static EndorsementCertificate? CertificateFor(MachineTpm tpm, EnrollmentRequest request) =>
        request.WithoutCertificate ? null : request.Certificate ?? tpm.CertificateOf(request.EndorsementKey);

    private static JsonObject Endorsement(byte[] publicArea, EndorsementCertificate? certificate)
    {
        var json = new JsonObject { ["public"] = Base64Url.EncodeToString(publicArea) };
        if (certificate is not null)
        {
            json["certificate"] = Base64Url.EncodeToString(certificate.Certificate);
            json["intermediates"] = new JsonArray(
                [.. certificate.Intermediates.Select(each => JsonValue.Create(Base64Url.EncodeToString(each)))]);
        }

        return json;
    }
}
