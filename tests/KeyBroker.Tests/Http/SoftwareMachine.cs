using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>A machine whose whole TPM is in our hands, so that every byte it signs can be made wrong, one at a time.</summary>
public sealed class SoftwareMachine : IDisposable
{
    public static readonly string GoodRegister = string.Concat(Enumerable.Repeat("17", 32));

    private readonly RunningBroker _broker;
    private readonly ECDiffieHellman _ek = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    public SoftwareMachine(RunningBroker broker, string? name = null)
    {
        _broker = broker;
        Name = name ?? "m-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
    }

    public string Name { get; set; }

    public string Id { get; private set; } = "";

    public SoftwareAttestationKey Ak { get; } = SoftwareAttestationKey.EccP256();

    public ECDsa Proof { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ClockInfo Clock { get; set; } = new(1000, 7, 3, true);

    public string Token { get; set; } = "";

    /// <summary>How far this machine's clock is ahead.</summary>
    public TimeSpan Ahead { get; set; }

    public TpmPublic Ek
    {
        get
        {
            var point = _ek.ExportParameters(false).Q;
            return Templates.EndorsementKeyEccP256 with { Unique = new EccUnique(point.X, point.Y) };
        }
    }

    /// <summary>A machine that is enrolled, approved under the policy's label, and attested.</summary>
    public static async Task<SoftwareMachine> AttestedAsync(RunningBroker broker, string role = "web-tier")
    {
        var machine = await ActiveAsync(broker, role);
        var answer = await machine.AttestAsync();
        machine.Token = answer.Json["token"]!.GetValue<string>();
        return machine;
    }

    public static async Task<SoftwareMachine> ActiveAsync(RunningBroker broker, string role = "web-tier")
    {
        var machine = new SoftwareMachine(broker);
        Assert.Equal(200, (await machine.EnrollAsync()).Status);
        await broker.AdministerAsync($"machines/{machine.Id}/approve", $$"""{"labels":{"role":"{{role}}"} }""");
        return machine;
    }

    /// <summary>Enrols and activates; the first answer that is no success, or the activation's.</summary>
    public async Task<Answer> EnrollAsync(TpmPublic? ak = null)
    {
        var opened = await RequestEnrollmentAsync(ak);
        return opened.Status == 201 ? await ActivateAsync(opened, Open(opened, ak ?? Ak.Public)) : opened;
    }

    public async Task<Answer> RequestEnrollmentAsync(TpmPublic? ak = null, Action<JsonObject>? edit = null)
    {
        var body = new JsonObject
        {
            ["name"] = Name,
            ["ek"] = new JsonObject { ["public"] = Base64Url.Encode(Ek.ToSizedBytes()) },
            ["ak"] = new JsonObject { ["public"] = Base64Url.Encode((ak ?? Ak.Public).ToSizedBytes()) },
        };
        edit?.Invoke(body);
        var answer = await PostAsync("/v1/enrollments", body.ToJsonString());
        if (answer.Status == 201)
        {
            Id = answer.Json["machine"]!.GetValue<string>();
        }

        return answer;
    }

    public Task<Answer> ActivateAsync(Answer opened, byte[] secret) => PostAsync(
        $"/v1/enrollments/{opened.Json["id"]}/activation",
        new JsonObject { ["secret"] = Base64Url.Encode(secret) }.ToJsonString());

    /// <summary>TPM2_ActivateCredential in software (Part 1, 24).</summary>
    public byte[] Open(Answer opened, TpmPublic ak)
    {
        var blob = new TpmReader(Unsized(opened.Json["credential"]!["blob"]!));
        _ = blob.ReadSized();
        var encrypted = blob.ReadRest();
        var point = new TpmReader(Unsized(opened.Json["credential"]!["secret"]!));
        var (x, y) = (point.ReadSized().ToArray(), point.ReadSized().ToArray());
        using var ephemeral = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } });
        var z = _ek.DeriveRawSecretAgreement(ephemeral.PublicKey);
        var seed = KeyDerivation.KdfE(TpmAlgorithm.Sha256, z, "IDENTITY", x, _ek.ExportParameters(false).Q.X, 256);
        var key = KeyDerivation.KdfA(TpmAlgorithm.Sha256, seed, "STORAGE", ak.Name.Bytes.Span, default, 128);
        return Cfb.Decrypt(key, default, encrypted)[2..];
    }

    public async Task<byte[]> ChallengeAsync() =>
        Base64Url.Decode((await PostAsync("/v1/challenges", "{}")).Json["nonce"]!.GetValue<string>());

    /// <summary>Attests with good evidence, changed as asked.</summary>
    public async Task<Answer> AttestAsync(Func<EvidenceBuilder, EvidenceBuilder>? change = null)
    {
        var good = EvidenceBuilder.Good(Ak, await ChallengeAsync()) with
        {
            Machine = Id,
            Cnf = Jwk(Proof),
            Clock = Clock,
        };
        return await PostAsync("/v1/attestations", Encoding.UTF8.GetString((change?.Invoke(good) ?? good).Build()));
    }

    /// <summary>A call with token and proof.</summary>
    public Task<Answer> CallAsync(string method, string path, string? body = null, Action<HttpRequestMessage>? edit = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_broker.Origin + path));
        request.Headers.TryAddWithoutValidation("Authorization", "DPoP " + Token);
        request.Headers.TryAddWithoutValidation("DPoP", MakeProof(method, _broker.Origin + path));
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        edit?.Invoke(request);
        return SendAsync(request);
    }

    public string MakeProof(string method, string target, ECDsa? key = null, Action<JsonObject>? editClaims = null)
    {
        var signer = key ?? Proof;
        var header = new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = "ES256", ["jwk"] = Jwk(signer) };
        var claims = new JsonObject
        {
            ["jti"] = Guid.NewGuid().ToString(),
            ["htm"] = method,
            ["htu"] = target,
            ["iat"] = (TimeProvider.System.GetUtcNow() + Ahead).ToUnixTimeSeconds(),
            ["ath"] = Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Token))),
        };
        editClaims?.Invoke(claims);
        var input = $"{Encode(header)}.{Encode(claims)}";
        return $"{input}.{Base64Url.Encode(signer.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";
    }

    public Task<Answer> PostAsync(string path, string body) => SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(_broker.Origin + path))
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
    });

    public void Dispose()
    {
        _ek.Dispose();
        Ak.Dispose();
        Proof.Dispose();
    }

    private static string Encode(JsonObject part) => Base64Url.Encode(Encoding.UTF8.GetBytes(part.ToJsonString()));

    internal static JsonObject Jwk(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = Base64Url.Encode(point.X),
            ["y"] = Base64Url.Encode(point.Y),
        };
    }

    private static byte[] Unsized(JsonNode text) => Base64Url.Decode(text.GetValue<string>())[2..];

    private async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await _broker.Tcp.SendAsync(request);
            return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.ToString());
        }
    }
}
