using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Fuzz.Decoding;

/// <summary>The responses of a TPM, to each command that has content in its response.</summary>
internal static class ResponseTargets
{
    private static readonly TpmObject s_key = TpmObject.Of(new TpmHandle(0x80000000));
    private static readonly AuthorizedHandle s_use = s_key.WithPassword();
    private static readonly PcrSelection s_selection = PcrSelection.Of(TpmAlgorithm.Sha256, 16);

    private static readonly TpmObject s_index = TpmObject.Of(new TpmHandle(0x01800001));
    private static readonly DuplicatedObject s_duplicate = new(new byte[32], new byte[32]);

    /// <summary>An ECDSA signature with SHA-256, both halves of one byte.</summary>
    private static readonly byte[] s_signature = [0, 0x18, 0, 0x0B, 0, 1, 1, 0, 1, 1];

    /// <summary>What a TPM answers to an unsalted session: a handle, and a nonce.</summary>
    private static readonly byte[] s_started =
        [0x80, 0x01, 0, 0, 0, 48, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 32, .. new byte[32]];

    /// <summary>The first byte of an input of the target says which command it is a response to.</summary>
    public static IReadOnlyList<Action<Tpm.Tpm>> Commands { get; } =
    [
        tpm => tpm.Execute(new GetRandom(16)),
        tpm => tpm.Execute(new GetCapability(TpmCapability.Properties, 0x100, 8)).ToProperties(),
        tpm => tpm.Execute(new GetCapability(TpmCapability.Commands, 0, 8)).ToNumbers(),
        tpm => tpm.Execute(new GetCapability(TpmCapability.PcrBanks, 0, 1)).ToPcrBanks(),
        tpm => tpm.Execute(new GetTestResult()),
        tpm => tpm.Execute(new ReadClock()),
        tpm => tpm.Execute(new ReadPublic(s_key.Handle)),
        tpm => tpm.Execute(new PcrRead([s_selection])),
        tpm => tpm.Execute(new PcrEvent(TpmObject.Pcr(16).WithPassword(), new byte[8])),
        tpm => tpm.Execute(new Hash(new byte[8], TpmAlgorithm.Sha256, TpmHandle.Owner)),
        tpm => tpm.Execute(new EcdhKeyGen(s_key)),
        tpm => tpm.Execute(new MakeCredential(s_key, new byte[16], s_key.Name)),
        tpm => tpm.Execute(new Create(s_use, Templates.AttestationKeyEccP256)),
        tpm => tpm.Execute(new CreatePrimary(s_use, Templates.AttestationKeyEccP256)),
        tpm => tpm.Execute(new CreateLoaded(s_use, Templates.SigningKeyEccP256)),
        tpm => tpm.Execute(new ContextSave(s_key.Handle)),
        tpm => tpm.Execute(new Sign(s_use, new byte[32])),
        tpm => Attest.Parse(tpm.Execute(new Quote(s_use, default, [s_selection])).Attest),
        tpm => tpm.Execute(new Unseal(s_use)),
        tpm => tpm.Execute(new Hmac(s_use, new byte[8])),
        tpm => tpm.Execute(new NvReadPublic(new TpmHandle(0x01800001))),
        tpm => tpm.Execute(new Duplicate(s_use, TpmObject.Null)),
        tpm => tpm.Execute(new Load(s_use, new byte[32], Templates.SigningKeyEccP256)),
        tpm => tpm.Execute(new LoadExternal(Templates.SigningKeyEccP256, TpmHandle.Null)),
        tpm => tpm.Execute(new ContextLoad(new SavedContext(1, s_key.Handle, TpmHandle.Owner, new byte[32]))),
        tpm => tpm.Execute(new Import(s_use, Templates.SigningKeyEccP256, s_duplicate)),
        tpm => tpm.Execute(new Rewrap(s_use, s_key, s_duplicate, s_key.Name)),
        tpm => tpm.Execute(new ActivateCredential(s_use, s_use, new CredentialBlob(new byte[32], new byte[32]))),
        tpm => tpm.Execute(new EcdhZGen(s_use, new EccPoint(new byte[32], new byte[32]))),
        tpm => tpm.Execute(new RsaEncrypt(s_key, new byte[16])),
        tpm => tpm.Execute(new RsaDecrypt(s_use, new byte[256])),
        tpm => tpm.Execute(new EncryptDecrypt2(s_use, new byte[16], new byte[16], decrypts: false)),
        tpm => tpm.Execute(new SequenceComplete(s_use, new byte[8])),
        tpm => tpm.Execute(new VerifySignature(s_key, new byte[32], TpmSignature.Parse(s_signature))),
        tpm => tpm.Execute(new PolicySecret(TpmObject.Owner.WithPassword(), new TpmHandle(0x03000000))),
        tpm => tpm.Execute(new Certify(s_use, s_use, new byte[32])),
        tpm => tpm.Execute(new CertifyCreation(s_use, s_key, new byte[32], new byte[32], TpmTicket.NoHashCheck)),
        tpm => tpm.Execute(new GetTime(TpmObject.Endorsement.WithPassword(), s_use, new byte[32])),
        tpm => tpm.Execute(new NvRead(TpmObject.Owner.WithPassword(), s_index, 8, 0)),
        tpm => tpm.Execute(new NvCertify(s_use, TpmObject.Owner.WithPassword(), s_index, new byte[32], new NvRange(8, 0))),
    ];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("response", Respond),
        new("session-response", RespondInSession),
    ];

    private static byte[]? Respond(byte[] bytes)
    {
        var number = bytes is [var first, ..] ? first % Commands.Count : 0;
        using var tpm = new Tpm.Tpm(new Canned(bytes[Math.Min(1, bytes.Length)..]));
        Commands[number](tpm);
        return null;
    }

    // Nobody can make up the HMAC of an answer: whatever is taken is a failure.
    private static byte[]? RespondInSession(byte[] bytes)
    {
        using var tpm = new Tpm.Tpm(new Canned(s_started, bytes));
        using var session = HmacSession.StartUnsalted(tpm);
        tpm.Execute(new GetRandom(16), session);
        throw new InvalidOperationException("an answer without proof was taken");
    }
}
