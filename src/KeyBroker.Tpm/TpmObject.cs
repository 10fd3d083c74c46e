using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm;

/// <summary>Something in the TPM a command can be about: its handle, and the name that sessions hash.</summary>
public sealed record TpmObject(TpmHandle Handle, TpmName Name)
{
    public static readonly TpmObject Owner = Of(TpmHandle.Owner);
    public static readonly TpmObject Endorsement = Of(TpmHandle.Endorsement);
    public static readonly TpmObject Platform = Of(TpmHandle.Platform);
    public static readonly TpmObject Lockout = Of(TpmHandle.Lockout);
    public static readonly TpmObject Null = Of(TpmHandle.Null);

    /// <summary>A hierarchy, PCR or session: an entity whose name is its handle (Part 1, 16).</summary>
    public static TpmObject Of(TpmHandle handle) => new(handle, TpmName.OfHandle(handle));

    public static TpmObject Pcr(int index) => Of(TpmHandle.Pcr(index));

    /// <summary>Authorizes the use of this object in one command.</summary>
    /// <param name="authValue">
    /// The object's authorization value, which a session proves without sending it. A policy session needs it even where its
    /// policy does not ask for it: parameters are encrypted with it as well (Part 1, 21.2), and without it what is opened is noise.
    /// </param>
    public AuthorizedHandle With(ITpmSession session, ReadOnlyMemory<byte> authValue = default) =>
        new(this, session, authValue);

    /// <summary>Authorizes with a password, sent in the clear: for empty ones, and for tests.</summary>
    public AuthorizedHandle WithPassword(ReadOnlyMemory<byte> authValue = default) =>
        new(this, PasswordAuth.Empty, authValue);
}
