using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Sessions;

/// <summary>The sessions of one command: what they add to it, and what they must find in its response.</summary>
internal sealed class SessionArea
{
    private const int MaxSessions = 3;

    private readonly CommandDescriptor _command;
    private readonly IReadOnlyList<TpmObject> _targets;
    private readonly List<SessionUse> _uses = [];
    private readonly SessionUse? _decrypting;
    private readonly SessionUse? _encrypting;

    public SessionArea(CommandDescriptor command, HandleArea handles, ReadOnlySpan<ITpmSession> others)
    {
        _command = command;
        _targets = handles.Targets;
        _uses.AddRange(handles.Authorized.Select(handle => new SessionUse(handle.Session, handle.Target, handle.AuthValue)));
        foreach (var other in others)
        {
            _uses.Add(new SessionUse(other, null, default));
        }

        Check(handles.Authorized.Count);
        _decrypting = Choose(ParameterProtection.Command, command.EncryptsCommand, SessionAttributes.Decrypt);
        _encrypting = Choose(ParameterProtection.Response, command.EncryptsResponse, SessionAttributes.Encrypt);
    }

    public bool IsEmpty => _uses.Count == 0;

    /// <summary>Encrypts the first parameter, if a session does, and writes the authorization area.</summary>
    public void Write(TpmWriter writer, Span<byte> parameters)
    {
        foreach (var use in _uses)
        {
            use.Keyed?.RollCallerNonce();
        }

        _decrypting?.Keyed!.Transform(FirstParameter(parameters), _decrypting.AuthValue.Span, isResponse: false);
        foreach (var use in _uses)
        {
            WriteOne(writer, use, parameters);
        }
    }

    /// <summary>True when a session encrypts the first parameter of the response.</summary>
    public bool OpensResponse => _encrypting is not null;

    /// <summary>Checks every session of a response, then decrypts its first parameter if a session encrypted it.</summary>
    /// <param name="newAuthValue">What the first object is authorized with by now, if the command changed it.</param>
    /// <exception cref="TpmSessionException">The response is not authentic.</exception>
    public void Read(ref TpmReader authorizations, Span<byte> parameters, ReadOnlyMemory<byte>? newAuthValue = null)
    {
        if (newAuthValue is { } changed)
        {
            _uses[0].AuthValue = changed[..changed.Span.TrimEnd((byte)0).Length];
        }

        foreach (var use in _uses)
        {
            ReadOne(ref authorizations, use, parameters);
        }

        authorizations.ExpectEnd();
        _encrypting?.Keyed!.Transform(FirstParameter(parameters), _encrypting.AuthValue.Span, isResponse: true);
        foreach (var use in _uses)
        {
            use.Keyed?.Completed(use.Target is not null);
        }
    }

    private void Check(int authorized)
    {
        if (authorized != _command.AuthHandles)
        {
            throw new ArgumentException($"{_command.Code} takes {_command.AuthHandles} authorizations");
        }

        if (_uses.Count > MaxSessions || (_uses.Count > 0 && !_command.TakesSessions))
        {
            throw new ArgumentException($"too many sessions for {_command.Code}");
        }

        if (_uses.Any(use => use.Keyed is { IsOpen: false }))
        {
            throw new ObjectDisposedException(nameof(KeyedSession), "the session has ended");
        }
    }

    // One session can encrypt in each direction (Part 1, 21.1); a demand that cannot be met is refused here.
    private SessionUse? Choose(ParameterProtection wanted, bool isPossible, SessionAttributes attribute)
    {
        var demanding = _uses.Find(use => use.Keyed?.Protection.HasFlag(wanted) == true);
        if (demanding is not null && !isPossible)
        {
            throw new ArgumentException($"{_command.Code} has no parameter to encrypt in the {wanted}");
        }

        var chosen = demanding ?? _uses.Find(
            use => isPossible && use.Keyed?.Protection.HasFlag(ParameterProtection.WherePossible) == true);
        if (chosen is not null)
        {
            chosen.Attributes |= attribute;
        }

        return chosen;
    }

    private void WriteOne(TpmWriter writer, SessionUse use, ReadOnlySpan<byte> parameters)
    {
        writer.WriteUInt32(use.Session.Handle.Value);
        if (use.Keyed is not { } session)
        {
            writer.WriteSized([]);
            writer.WriteByte((byte)use.Attributes);
            writer.WriteSized(use.AuthValue.Span);
            return;
        }

        var hash = CommandHash(session.Hash, parameters);
        var message = new SessionMessage(hash, OtherNonces(use), use.Attributes, IsResponse: false);
        writer.WriteSized(session.NonceCaller);
        writer.WriteByte((byte)use.Attributes);
        writer.WriteSized(session.Proof(message, use));
    }

    private void ReadOne(ref TpmReader reader, SessionUse use, ReadOnlySpan<byte> parameters)
    {
        var nonce = reader.ReadSized(HashAlgorithms.MaxSize).ToArray();
        var attributes = (SessionAttributes)reader.ReadByte();
        var hmac = reader.ReadSized(HashAlgorithms.MaxSize);
        if (use.Keyed is { } session)
        {
            CheckKeyed(session, use, new(ResponseHash(session.Hash, parameters), [], attributes, true), nonce, hmac);
        }
        else if (nonce.Length != 0 || attributes != SessionAttributes.ContinueSession || hmac.Length != 0)
        {
            throw new TpmSessionException("a password is answered by nothing");
        }
    }

    private static void CheckKeyed(
        KeyedSession session, SessionUse use, SessionMessage message, byte[] nonce, ReadOnlySpan<byte> hmac)
    {
        var before = session.SwapNonceTpm(nonce);
        var expected = session.Proof(message, use);
        if (nonce.Length != before.Length
            || !use.MayBeAnsweredBy(message.Attributes)
            || !CryptographicOperations.FixedTimeEquals(expected, hmac))
        {
            session.SwapNonceTpm(before);
            throw new TpmSessionException("the response is not from the TPM of the session");
        }
    }

    /// <summary>cpHash (Part 1, 18.7), over the parameters as they are sent.</summary>
    private byte[] CommandHash(TpmAlgorithm algorithm, ReadOnlySpan<byte> parameters)
    {
        var text = new TpmWriter(sizeof(uint) + _targets.Sum(target => target.Name.Bytes.Length) + parameters.Length);
        text.WriteUInt32((uint)_command.Code);
        foreach (var target in _targets)
        {
            text.WriteBytes(target.Name.Bytes.Span);
        }

        return HashWith(text, algorithm, parameters);
    }

    /// <summary>rpHash (Part 1, 18.8), of a success, over the parameters as they came.</summary>
    private byte[] ResponseHash(TpmAlgorithm algorithm, ReadOnlySpan<byte> parameters)
    {
        var text = new TpmWriter((2 * sizeof(uint)) + parameters.Length);
        text.WriteUInt32(TpmResponseCode.Success.Value);
        text.WriteUInt32((uint)_command.Code);
        return HashWith(text, algorithm, parameters);
    }

    private static byte[] HashWith(TpmWriter text, TpmAlgorithm algorithm, ReadOnlySpan<byte> parameters)
    {
        text.WriteBytes(parameters);
        var hash = HashAlgorithms.Hash(algorithm, text.Written);
        text.Clear();
        return hash;
    }

    // Ties encrypting sessions to the first, which authorizes (Part 1, 19.6.5).
    private byte[] OtherNonces(SessionUse use)
    {
        if (use != _uses[0])
        {
            return [];
        }

        ReadOnlySpan<byte> decrypting = _decrypting == use ? [] : NonceOf(_decrypting);
        ReadOnlySpan<byte> encrypting = _encrypting == use || _encrypting == _decrypting ? [] : NonceOf(_encrypting);
        return [.. decrypting, .. encrypting];
    }

    private static ReadOnlySpan<byte> NonceOf(SessionUse? use) =>
        use?.Keyed is { } session ? session.NonceTpm : [];

    private static Span<byte> FirstParameter(Span<byte> parameters)
    {
        var reader = new TpmReader(parameters);
        return parameters.Slice(2, reader.ReadSized().Length);
    }
}
