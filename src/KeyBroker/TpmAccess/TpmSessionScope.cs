using System.Runtime.InteropServices;
using System.Security.Cryptography;

using KeyBroker.Storage;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Endorsements;
using KeyBroker.Tpm.Structures;
using KeyBroker.Vault;

namespace KeyBroker.TpmAccess;

/// <summary>What a unit of work may do with the TPM; everything secret travels in the salted session.</summary>
internal sealed partial class TpmSessionScope(TpmLink link)
{
    /// <summary>Encrypted on its way, once a storage root key is pinned.</summary>
    public byte[] Random(int length) => link.Random(length);

    /// <summary>Makes an object under a storage key, or under the storage root key itself.</summary>
    public SealedObject Create(StoredKey? parent, NewObject wanted)
    {
        try
        {
            var made = link.WithParent(parent, loaded => link.Tpm.Execute(new Create(
                loaded.With(link.Session), wanted.Template, new Sensitive(wanted.Auth, wanted.Data),
                wanted.OutsideInfo)));
            return ToSealed(made);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wanted.Data);
        }
    }

    /// <exception cref="StoreIntegrityException">The object does not open with this auth value.</exception>
    public SecretBytes Unseal(StoredKey key, byte[] auth)
    {
        try
        {
            return link.WithLoaded(key, keep: false, loaded => SecretBytes.Take(
                link.Tpm.Execute(new Unseal(loaded.With(link.Session, auth)))));
        }
        catch (TpmException refused) when (link.IsWrongAuth(refused))
        {
            throw new StoreIntegrityException("a sealed object is not the one that belongs here");
        }
    }

    /// <summary>Whether the object is a child of its parent in this TPM, and whole.</summary>
    public bool Loads(StoredKey key)
    {
        try
        {
            return link.WithLoaded(key, keep: false, _ => true);
        }
        catch (StoreIntegrityException)
        {
            return false;
        }
    }

    /// <exception cref="StoreIntegrityException">The key does not sign with this auth value.</exception>
    public TpmSignature Sign(StoredKey key, byte[] auth, ReadOnlyMemory<byte> digest, SignatureScheme scheme) =>
        Use(key, loaded => link.Tpm.Execute(new Sign(loaded.With(link.Session, auth), digest, scheme)));

    /// <summary>The HMAC of a message of any length.</summary>
    /// <exception cref="StoreIntegrityException">The key does not work with this auth value.</exception>
    public byte[] Mac(StoredKey key, byte[] auth, ReadOnlyMemory<byte> message) => Use(
        key,
        loaded => message.Length <= Hmac.LongestMessage
            ? link.Tpm.Execute(new Hmac(loaded.With(link.Session, auth), message))
            : MacInParts(loaded.With(link.Session, auth), message));

    /// <summary>Null where the TPM finds no plaintext, whatever is wrong with the ciphertext.</summary>
    /// <exception cref="StoreIntegrityException">The key does not work with this auth value.</exception>
    public byte[]? RsaDecrypt(StoredKey key, byte[] auth, ReadOnlyMemory<byte> ciphertext) => Use(key, loaded =>
    {
        try
        {
            return link.Tpm.Execute(new RsaDecrypt(loaded.With(link.Session, auth), ciphertext));
        }
        catch (TpmException refused) when (IsNoCiphertext(refused) || IsMerelyFailure(refused))
        {
            return null;
        }
    });

    /// <summary>The x coordinate, as wide as the curve, of the point that the key shares with another.</summary>
    /// <param name="peer">A point of the key's curve.</param>
    /// <exception cref="StoreIntegrityException">The key does not work with this auth value.</exception>
    public SecretBytes Agree(StoredKey key, byte[] auth, EccPoint peer)
    {
        var shared = Use(key, loaded => link.Tpm.Execute(new EcdhZGen(loaded.With(link.Session, auth), peer)));
        var size = EccCurves.CoordinateSize(((EccPublicParameters)key.Area.Parameters).Curve);
        try
        {
            return SecretBytes.Take(EccCurves.Pad(shared.X.Span, size));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(shared.X).Span);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(shared.Y).Span);
        }
    }

    /// <summary>A primary key of the endorsement hierarchy, made once per connection.</summary>
    public TpmPublic Primary(TpmPublic template) => link.WithPrimary(template, (_, area) => area);

    public BrokerQuote Quote(
        TpmPublic template, ReadOnlyMemory<byte> extraData, IReadOnlyList<PcrSelection> pcrs) =>
        link.WithPrimary(template, (key, _) => QuotedRegisters.Quote(
            link.Tpm,
            () =>
            {
                var quote = link.Tpm.Execute(new Quote(key.With(link.Session), extraData, pcrs));
                return new QuoteResponseParts(quote.Attest, quote.Signature);
            },
            pcrs,
            TpmAlgorithm.Sha256));

    /// <summary>What the attestation key says of an object: that it is here, and that it was made here.</summary>
    /// <param name="template">The attestation key, a primary of the endorsement hierarchy.</param>
    /// <exception cref="StoreIntegrityException">The object does not work with this auth value.</exception>
    public (AttestedResponse Certify, AttestedResponse Creation) Certify(
        TpmPublic template, StoredKey key, byte[] auth, ReadOnlyMemory<byte> qualifyingData) =>
        link.WithPrimary(template, (signer, _) => Use(key, loaded => (
            link.Tpm.Execute(new Certify(loaded.With(link.Session, auth), signer.WithPassword(), qualifyingData)),
            link.Tpm.Execute(new CertifyCreation(
                signer.With(link.Session), loaded, qualifyingData, key.Stored.CreationHash, TpmTicket.Parse(key.Stored.CreationTicket))))));

    /// <summary>What the TPM's maker certified; null where it left nothing for this kind of endorsement key.</summary>
    public EndorsementCertificate? FindCertificate(EndorsementKeyKind kind) => new CertificateMemory(link.Tpm).Find(kind);

    /// <summary>What is in a credential for the endorsement key and a primary of its hierarchy; null where it is for others.</summary>
    public byte[]? Activate(TpmPublic template, EndorsementKeyKind kind, CredentialBlob credential) =>
        link.WithPrimary(template, (key, _) => link.WithPrimary(EndorsementKeys.TemplateOf(kind), (ek, _) =>
        {
            try
            {
                return EndorsementKeys.Activate(link.Tpm, key.With(link.Session), (kind, ek), credential);
            }
            catch (TpmException refused) when (refused.Command == TpmCommandCode.ActivateCredential && (refused.Code.Parameter > 0 || IsMerelyFailure(refused)))
            {
                return null;
            }
        }));

    public (TpmPublic Area, TpmName QualifiedName)? ReadPersistent(TpmHandle handle) => link.ReadPublic(handle);

    /// <summary>Makes a primary key of the owner hierarchy and keeps it in the TPM.</summary>
    public TpmPublic MakePersistent(TpmPublic template, TpmHandle handle)
    {
        var made = link.Tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), template));
        try
        {
            link.Tpm.Execute(new EvictControl(TpmObject.Owner.WithPassword(), made.Object, handle));
            return made.Public;
        }
        finally
        {
            link.Flush(made.Object.Handle);
        }
    }

    /// <summary>Bit 9, inLockout, of TPM_PT_PERMANENT (Part 2, 6.13 and 8.6).</summary>
    public bool IsLockedOut()
    {
        const uint Permanent = 0x200;
        const uint InLockout = 1 << 9;
        var properties = link.Tpm.Execute(new GetCapability(TpmCapability.Properties, Permanent, 1)).ToProperties();
        return (properties.GetValueOrDefault(Permanent) & InLockout) != 0;
    }

    /// <summary>Milliseconds that this TPM had power since it was made or cleared; after a power loss it may lag (Part 1, 36.3).</summary>
    public ulong ReadClock() => link.Tpm.Execute(new ReadClock()).Clock.Clock;

    /// <summary>Nothing of the object stays in the TPM or in saved contexts.</summary>
    public void Forget(StoredKey key) => link.Forget(key);

    public void SelfTest() => link.Tpm.Execute(new SelfTest());

    private T Use<T>(StoredKey key, Func<TpmObject, T> use)
    {
        try
        {
            return link.WithLoaded(key, keep: true, use);
        }
        catch (TpmException refused) when (link.IsWrongAuth(refused))
        {
            throw new StoreIntegrityException("a key is not the one that belongs here");
        }
    }

    private byte[] MacInParts(AuthorizedHandle key, ReadOnlyMemory<byte> message)
    {
        var sequence = link.Tpm.Execute(new HmacStart(key));
        var complete = false;
        try
        {
            for (; message.Length > Hmac.LongestMessage; message = message[Hmac.LongestMessage..])
            {
                link.Tpm.Execute(new SequenceUpdate(sequence.With(link.Session), message[..Hmac.LongestMessage]));
            }

            var mac = link.Tpm.Execute(new SequenceComplete(sequence.With(link.Session), message));
            complete = true;
            return mac;
        }
        finally
        {
            if (!complete)
            {
                link.Flush(sequence.Handle);
            }
        }
    }

    /// <summary>
    /// libtpms says TPM_RC_FAILURE of a padding that is wrong, which is also what a broken TPM says to everything: one that
    /// goes on to tell its time is not broken.
    /// </summary>
    private bool IsMerelyFailure(TpmException refused)
    {
        if (!refused.Code.Is(TpmResponseCode.Failure))
        {
            return false;
        }

        _ = link.Tpm.Execute(new ReadClock());
        return true;
    }

    private static bool IsNoCiphertext(TpmException refused) =>
        refused.Code.Is(TpmResponseCode.WrongValue) || refused.Code.Is(TpmResponseCode.Size);

    private static SealedObject ToSealed(CreateResponse made)
    {
        var wrapped = new TpmWriter();
        wrapped.WriteSized(made.Private);
        return new SealedObject(made.Public.ToSizedBytes(), wrapped.ToArray())
        {
            CreationData = made.Creation.Data,
            CreationHash = made.Creation.Hash,
            CreationTicket = made.Creation.Ticket.ToBytes(),
        };
    }
}
