using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Tests.Structures;

/// <summary>Public areas of software keys.</summary>
internal static class TestKeys
{
    internal static TpmPublic Of(TpmPublic template, RSA key) =>
        template with { Unique = new RsaUnique(key.ExportParameters(false).Modulus!) };

    internal static TpmPublic Of(TpmPublic template, ECParameters key) =>
        template with { Unique = new EccUnique(key.Q.X!, key.Q.Y!) };
}
