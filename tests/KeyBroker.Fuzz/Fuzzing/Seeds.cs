using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Fuzz.Decoding;
using KeyBroker.Testing;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;

namespace KeyBroker.Fuzz.Fuzzing;

/// <summary>Writes the corpus anew: what a real TPM answers, and the structures in it.</summary>
internal static class Seeds
{
    private static readonly AuthorizedHandle s_owner = TpmObject.Owner.WithPassword();
    private static readonly TpmPublic s_mac = Templates.SigningKeyEccP256 with
    {
        Type = TpmAlgorithm.KeyedHash,
        Parameters = new KeyedHashParameters(new SignatureScheme(TpmAlgorithm.Hmac, TpmAlgorithm.Sha256)),
        Unique = new DigestUnique(default),
    };

    public static async Task<int> WriteAsync()
    {
        await using var swtpm = await Swtpm.StartAsync();
        byte[] last = [];
        using var transport = new RecordingTransport(swtpm.OpenTransport(), exchange => last = exchange.Response.ToArray());
        using var tpm = new Tpm.Tpm(transport);
        DefineIndex(tpm);
        foreach (var template in (TpmPublic[])[Templates.StorageRootKeyEcc, Templates.AttestationKeyEccP256, s_mac])
        {
            // The commands of the target are about the first object that is loaded.
            tpm.Execute(new CreatePrimary(s_owner, template));
            Responses(tpm, () => last);
            FlushAll(tpm);
        }

        Structures(tpm);
        Keys();
        Policies();
        Boots();
        return 0;
    }

    private static void DefineIndex(Tpm.Tpm tpm)
    {
        var index = new NvPublic(
            new(0x01800001), TpmAlgorithm.Sha256, NvAttributes.OwnerWrite | NvAttributes.OwnerRead, default, 8);
        tpm.Execute(new NvDefineSpace(s_owner, default, index));
        Write("nv-public", "index", index.ToBytes());
    }

    private static void Responses(Tpm.Tpm tpm, Func<byte[]> last)
    {
        for (var number = 0; number < ResponseTargets.Commands.Count; number++)
        {
            if (TryRun(tpm, ResponseTargets.Commands[number]))
            {
                Write("response", $"command-{number:d2}", [(byte)number, .. last()]);
            }
        }
    }

    private static void FlushAll(Tpm.Tpm tpm)
    {
        foreach (var handle in tpm.Execute(new GetCapability(TpmCapability.Handles, 0x80000000, 16)).ToNumbers())
        {
            tpm.Execute(new FlushContext(new TpmHandle(handle)));
        }
    }

    private static bool TryRun(Tpm.Tpm tpm, Action<Tpm.Tpm> command)
    {
        try
        {
            command(tpm);
            return true;
        }
        catch (Exception refused) when (refused is TpmException or TpmFormatException)
        {
            // Not with this kind of key.
            return false;
        }
    }

    private static void Structures(Tpm.Tpm tpm)
    {
        var parent = tpm.Execute(new CreatePrimary(s_owner, Templates.StorageRootKeyEcc)).Object.WithPassword();
        foreach (var template in (TpmPublic[])[Templates.AttestationKeyEccP256, Templates.AttestationKeyRsa2048])
        {
            var key = tpm.Execute(new CreateLoaded(parent, template));
            var quoted = tpm.Execute(new Quote(key.Object.WithPassword(), new byte[32], [PcrSelection.Of(TpmAlgorithm.Sha256, 0, 7)]));
            tpm.Execute(new FlushContext(key.Object.Handle));
            var name = template.Type.ToString().ToLowerInvariant();
            Write("attest", name, quoted.Attest);
            Write("attest-header", name, quoted.Attest);
            Write("signature", name, quoted.Signature.ToBytes());
            Write("sized-public", name, key.Public.ToSizedBytes());
            Write("public", name, key.Public.ToSizedBytes()[2..]);
            Write("public-key", name, key.Public.ToSizedBytes()[2..]);
            Write("jwk", name, Encoding.UTF8.GetBytes(PublicKeyFormats.ToJwk(key.Public)));
            Write("jwk-utf16", name, Encoding.Unicode.GetBytes(PublicKeyFormats.ToJwk(key.Public)));
            Write("pem", name, Encoding.UTF8.GetBytes(PublicKeyFormats.ToPem(key.Public)));
            Write("subject-public-key-info", name, key.Public.SubjectPublicKeyInfo());
            Write("proof-key", name, Encoding.UTF8.GetBytes(PublicKeyFormats.ToJwk(key.Public)));
            Write("encryption-key", name, Encoding.UTF8.GetBytes(PublicKeyFormats.ToJwk(key.Public)));
        }

        Write("creation-data", "of-a-key", tpm.Execute(new Create(parent, Templates.SigningKeyEccP256)).Creation.Data);
        Write("ticket", "no-hash-check", TpmTicket.NoHashCheck.ToBytes());
        Write("point", "of-two-bytes", new EccPoint(new byte[] { 1, 2 }, new byte[] { 3, 4 }).ToBytes());
        Write("selection-list", "two-banks", PcrSelectionList.ToBytes(
            [PcrSelection.Of(TpmAlgorithm.Sha1, 1), PcrSelection.Of(TpmAlgorithm.Sha512, 23)]));
        Write("session-response", "without-proof", [0x80, 0x02, 0, 0, 0, 0x15, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0]);
    }

    private static void Keys()
    {
        using var software = SoftwareObject.OfData(
            [1, 2, 3, 4], Templates.SealedData(new byte[32]) with { Attributes = ObjectAttributes.NoDa });
        var sensitive = software.Sensitive.ToBytes();
        Write("sensitive", "data", sensitive);
        Write("duplicate", "data", [.. software.Public.ToSizedBytes(), 0, (byte)sensitive.Length, .. sensitive]);
    }

    private static void Policies()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.Path("policies", "samples"), "*.yaml", SearchOption.AllDirectories))
        {
            Write("policy", Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file));
        }

        var vector = JsonNode.Parse(File.ReadAllText(Repository.Path("tests", "vectors", "quote", "attest_byte_appended.json")))!;
        var request = JsonNode.Parse((string)vector["request"]!)!;
        Write("evidence", "vector", Encoding.UTF8.GetBytes(request.ToJsonString()));
        Write("runtime-data", "vector", Base64Url.Decode((string)request["runtimeData"]!));
        Write("pcr-values", "vector", Encoding.UTF8.GetBytes(request["pcrs"]!.ToJsonString()));
    }

    private static void Boots()
    {
        Write("event-log", "honest", BootLog.Honest().ToBytes());
        Write("event-log", "firmware-1.27", File.ReadAllBytes(Repository.Path("policies", "samples", "boots", "firmware-1.27.log")));
        using var maker = new TpmMaker();
        Write("certificate", "endorsement", maker.Certify());
        Write("certificate-path", "root", maker.Root.Encoded.ToArray());
        Write("certificate-path", "intermediate", maker.Intermediate);
        Write("deny-list", "each-kind", Encoding.UTF8.GetBytes(
            $"# kinds\nmachine {maker.Key.MachineId}\ncertificate {new string('0', 64)} 0102\nfirmware id:00001014 2024\n"));
    }

    private static void Write(string target, string name, byte[] input)
    {
        var folder = Path.Combine(FuzzCorpus.Folder, target);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, name), input);
    }
}
