using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Sessions;

/// <summary>A session that the TPM keeps, with rolling nonces and perhaps a key (TPM 2.0 Part 1, 19.6).</summary>
public abstract class KeyedSession : ITpmSession, IDisposable
{
    private const int AesBlockBits = 128;

    private readonly Tpm _tpm;
    private readonly byte[] _key;
    private readonly int _keyBits;
    private byte[] _nonceCaller;
    private byte[] _nonceTpm;
    private bool _isOpen = true;

    private protected KeyedSession(Tpm tpm, OpenedSession opened)
    {
        _tpm = tpm;
        Handle = opened.Handle;
        (Hash, BoundTo) = (opened.Setup.Hash, opened.Setup.BoundTo);
        _keyBits = opened.Setup.Symmetric.KeyBits;
        _key = opened.Key;
        _nonceCaller = opened.NonceCaller;
        _nonceTpm = opened.NonceTpm;
        Protection = _key.Length > 0 ? ParameterProtection.WherePossible : ParameterProtection.None;
    }

    public TpmHandle Handle { get; }

    public TpmAlgorithm Hash { get; }

    /// <summary>Encrypts whatever can be encrypted when the session is salted, and nothing when it is not.</summary>
    public ParameterProtection Protection { get; set; }

    /// <summary>Whether the session stays with the TPM after the next command.</summary>
    public bool Continues { get; set; } = true;

    internal ReadOnlySpan<byte> NonceTpm => _nonceTpm;

    internal bool IsOpen => _isOpen;

    private protected BoundEntity? BoundTo { get; }

    internal Tpm Tpm => _tpm;

    /// <summary>Takes the session from the TPM, if both are still there.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        if (_isOpen)
        {
            _isOpen = false;
            Flush();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Whether an authorization value enters the HMAC key (Part 1, 19.6.5 and 19.6.13).</summary>
    internal abstract bool ProvesAuthValue(TpmObject? target, ReadOnlySpan<byte> authValue);

    /// <summary>Whether the session may go without an HMAC, having nothing to make one from.</summary>
    internal abstract bool MayOmitHmac { get; }

    internal void RollCallerNonce() => _nonceCaller = RandomNumberGenerator.GetBytes(HashAlgorithms.Size(Hash));

    internal ReadOnlySpan<byte> NonceCaller => _nonceCaller;

    /// <summary>The HMAC of a command or of a response; empty where neither side has a key.</summary>
    internal virtual byte[] Proof(SessionMessage message, SessionUse use)
    {
        byte[] key = use.ProvesAuthValue ? [.. _key, .. use.AuthValue.Span] : [.. _key];
        if (key.Length == 0 && MayOmitHmac)
        {
            return [];
        }

        var (newer, older) = message.IsResponse ? (_nonceTpm, _nonceCaller) : (_nonceCaller, _nonceTpm);
        byte[] text = [.. message.ParameterHash, .. newer, .. older, .. message.OtherNonces, (byte)message.Attributes];
        var proof = CryptographicOperations.HmacData(HashAlgorithms.ToName(Hash), key, text);
        CryptographicOperations.ZeroMemory(key);
        return proof;
    }

    /// <summary>Encrypts or decrypts a parameter in place (Part 1, 21.3).</summary>
    internal void Transform(Span<byte> parameter, ReadOnlySpan<byte> authValue, bool isResponse)
    {
        byte[] secret = [.. _key, .. authValue];
        var (newer, older) = isResponse ? (_nonceTpm, _nonceCaller) : (_nonceCaller, _nonceTpm);
        var derived = KeyDerivation.KdfA(Hash, secret, "CFB", newer, older, _keyBits + AesBlockBits);
        var (key, iv) = (derived.AsMemory(0, _keyBits / 8), derived.AsMemory(_keyBits / 8));
        var transformed = isResponse
            ? Cfb.Decrypt(key.Span, iv.Span, parameter)
            : Cfb.Encrypt(key.Span, iv.Span, parameter);
        transformed.CopyTo(parameter);
        CryptographicOperations.ZeroMemory(transformed);
        CryptographicOperations.ZeroMemory(derived);
        CryptographicOperations.ZeroMemory(secret);
    }

    /// <summary>Takes the TPM's new nonce for the time of checking a response; returns the one before.</summary>
    internal byte[] SwapNonceTpm(byte[] nonce)
    {
        var before = _nonceTpm;
        _nonceTpm = nonce;
        return before;
    }

    /// <summary>The command this session was in has succeeded.</summary>
    /// <param name="authorized">Whether the session authorized an object, rather than going along.</param>
    internal virtual void Completed(bool authorized) => _isOpen = _isOpen && Continues;

    private void Flush()
    {
        try
        {
            _tpm.Execute(new FlushContext(Handle));
        }
        catch (Exception gone) when (gone is IOException or TpmException or TpmFormatException)
        {
            // A TPM that is gone or was reset has nothing left to flush.
        }
    }
}
