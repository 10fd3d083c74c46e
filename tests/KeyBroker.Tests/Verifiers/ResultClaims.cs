using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Tests.Verifiers;

/// <summary>Claims of results that nothing is wrong with, in the names that each kind of verifier has.</summary>
internal static class ResultClaims
{
    /// <summary>An EAR whose nonce is the digest of the runtime data.</summary>
    public static JsonObject Ear(byte[] runtime, string status = "affirming") => Common(new JsonObject
    {
        ["eat_profile"] = "tag:github.com,2023:veraison/ear",
        ["ear.verifier-id"] = new JsonObject { ["build"] = "vts 0.1", ["developer"] = "https://veraison-project.org" },
        ["eat_nonce"] = Base64Url.Encode(SHA256.HashData(runtime)),
        ["sub"] = "instance-1",
        ["submods"] = new JsonObject
        {
            ["TPM"] = new JsonObject
            {
                ["ear.status"] = status,
                ["ear.trustworthiness-vector"] = new JsonObject { ["instance-identity"] = 2, ["executables"] = 3, ["hardware"] = 2 },
                ["ear.appraisal-policy-id"] = "policy:TPM",
            },
        },
    });

    /// <summary>The same in the names of draft-ietf-rats-ear-04.</summary>
    public static JsonObject IetfEar(byte[] runtime, string status = "affirming") => Common(new JsonObject
    {
        ["eat_profile"] = "tag:ietf.org,2026:rats/ear#04",
        ["ear_verifier_id"] = new JsonObject { ["build"] = "vts 0.1", ["developer"] = "https://veraison-project.org" },
        ["eat_nonce"] = Base64Url.Encode(SHA256.HashData(runtime)),
        ["sub"] = "instance-1",
        ["submods"] = new JsonObject
        {
            ["TPM"] = new JsonObject { ["ear_status"] = status, ["ear_appraisal_policy_ids"] = new JsonArray("policy:TPM") },
        },
    });

    /// <summary>OpenID Connect: our nonce, and the key by its thumbprint.</summary>
    public static JsonObject Oidc(byte[] runtime)
    {
        var data = RuntimeData.Parse(runtime);
        return Common(new JsonObject
        {
            ["nonce"] = Base64Url.Encode(data.Nonce),
            ["sub"] = "workload-7",
            ["cnf"] = new JsonObject { ["jkt"] = data.Cnf.Thumbprint },
            ["hwmodel"] = "GCP_INTEL_TDX",
            ["dbgstat"] = "disabled-since-boot",
        });
    }

    /// <summary>Azure Attestation of a confidential VM, the runtime data given to it as JSON.</summary>
    public static JsonObject Azure(byte[] runtime)
    {
        var claims = Common(new JsonObject
        {
            ["nbf"] = Now(),
            ["jti"] = "b65da1dcfbb4698b0bb2323cac664b745a2ff1cffbba55641fd65784aa9474d5",
            ["x-ms-attestation-type"] = "sevsnpvm",
            ["x-ms-compliance-status"] = "azure-compliant-cvm",
            ["x-ms-policy-hash"] = "LTPRQQju-FejAwdYihF8YV_c2XWebG9joKvrHKc3bxs",
            ["x-ms-runtime"] = JsonNode.Parse(runtime),
            ["x-ms-sevsnpvm-is-debuggable"] = false,
            ["x-ms-sevsnpvm-bootloader-svn"] = 4,
            ["x-ms-ver"] = "1.0",
        });
        _ = claims.Remove("aud");
        return claims;
    }

    /// <summary>Intel Trust Authority of a trust domain, the runtime data as its held data.</summary>
    public static JsonObject Intel(byte[] runtime) => Common(new JsonObject
    {
        ["nbf"] = Now(),
        ["ver"] = "1.0.0",
        ["intuse"] = "generic",
        ["attester_type"] = "TDX",
        ["attester_tcb_status"] = "UpToDate",
        ["attester_tcb_date"] = "2026-05-14T00:00:00Z",
        ["attester_held_data"] = Convert.ToBase64String(runtime),
        ["dbgstat"] = "disabled",
        ["tdx_is_debuggable"] = false,
        ["tdx_mrtd"] = new string('a', 96),
        ["tdx_seamsvn"] = 3,
        ["policy_ids_matched"] = new JsonArray("5f4b9a53-9a1c-4f52-9d44-1f9a6f6c1f00"),
        ["verifier_nonce"] = new JsonObject { ["val"] = "AAAA", ["iat"] = "AAAA", ["signature"] = "AAAA" },
    });

    public static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static JsonObject Common(JsonObject claims)
    {
        claims["iss"] = FakeVerifier.Issuer;
        claims["aud"] = FakeVerifier.Audience;
        claims["iat"] = Now();
        claims["exp"] = Now() + 240;
        return claims;
    }

    public static byte[] Runtime(byte[] nonce, JsonObject cnf, JsonObject? enc = null)
    {
        var runtime = new JsonObject { ["nonce"] = Base64Url.Encode(nonce), ["cnf"] = new JsonObject { ["jwk"] = cnf } };
        if (enc is not null)
        {
            runtime["enc"] = enc;
        }

        return Encoding.UTF8.GetBytes(runtime.ToJsonString());
    }
}
