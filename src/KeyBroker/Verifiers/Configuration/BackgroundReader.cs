using System.Net.Http.Headers;

namespace KeyBroker.Verifiers;

/// <summary>Reads what only verifiers of kind background have.</summary>
internal static class BackgroundReader
{
    public static BackgroundSettings Read(VerifierSection section)
    {
        var shape = section.Has("Evidence") && section.Choice("Evidence", "keybroker", "enacttrust") == "enacttrust" ? EvidenceShape.EnactTrust : EvidenceShape.KeyBroker;
        var settings = new BackgroundSettings(
            VerifierUrl.Read(section, "Url"), section.Choice("Api", "veraison", "post") == "veraison" ? VerifierApi.Veraison : VerifierApi.Post)
        {
            Evidence = shape,
            MediaType = ReadMediaType(section, shape),
            Timeout = section.Duration("Timeout", "5s"),
            AttemptTimeout = section.Duration("AttemptTimeout", "2s"),
            Retries = section.Number("Retries", 2, 0, 10),
            Concurrency = section.Number("Concurrency", 32, 1, 1000),
            CircuitFailures = section.Number("CircuitFailures", 5, 2, 1000),
            CircuitBreak = section.Duration("CircuitBreak", "15s"),
            ClientCertificate = ReadCertificate(section),
            TokenFile = section.File("TokenFile"),
        };
        return settings.AttemptTimeout <= settings.Timeout
            ? settings
            : throw section.Wrong("AttemptTimeout", "no more than its Timeout");
    }

    private static string ReadMediaType(VerifierSection section, EvidenceShape shape)
    {
        var text = section.Value("MediaType") ?? (shape == EvidenceShape.EnactTrust ? EnactTrustToken.MediaType : EvidenceDocument.MediaType);
        return MediaTypeHeaderValue.TryParse(text, out _) ? text : throw section.Wrong("MediaType", "a media type");
    }

    private static (string Certificate, string Key)? ReadCertificate(VerifierSection section) =>
        (section.File("ClientCertificate"), section.File("ClientKey")) switch
        {
            (null, null) => null,
            ({ } certificate, { } key) => (certificate, key),
            (null, _) => throw section.Wrong("ClientCertificate", "the PEM file that ClientKey belongs to"),
            _ => throw section.Wrong("ClientKey", "the PEM file of the key of ClientCertificate"),
        };
}
