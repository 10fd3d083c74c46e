using System.Buffers.Binary;
using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Commands;

public sealed class AuditCommandTests : OnSwtpm
{
    [Fact]
    public void A_session_accounts_for_what_went_through_it()
    {
        var (key, made) = LoadAttestationKey();
        using var session = HmacSession.StartUnsalted(Tpm);
        session.Audits = true;
        var random = Tpm.Execute(new GetRandom(8), session);

        var statement = Tpm.Execute(new GetSessionAuditDigest(
            TpmObject.Endorsement.WithPassword(), key.WithPassword(), session.Handle, "nonce"u8.ToArray()));

        using var verifier = made.Public.ToKey();
        Assert.True(statement.Signature.VerifyData(verifier, statement.Attest));
        var audit = Attest.Parse(statement.Attest).SessionAudit!;
        Assert.True(audit.IsExclusive);
        Assert.Equal(AuditDigest([0, 8], [0, 8, .. random]), audit.Digest.ToArray());
    }

    [Fact]
    public void A_session_that_others_went_past_is_not_exclusive()
    {
        var (key, _) = LoadAttestationKey();
        using var session = HmacSession.StartUnsalted(Tpm);
        session.Audits = true;
        Tpm.Execute(new GetRandom(8), session);
        Tpm.Execute(new GetRandom(8));
        Tpm.Execute(new GetRandom(8), session);
        var statement = Tpm.Execute(new GetSessionAuditDigest(
            TpmObject.Endorsement.WithPassword(), key.WithPassword(), session.Handle, default));
        Assert.False(Attest.Parse(statement.Attest).SessionAudit!.IsExclusive);
    }

    // The digest is extended with cpHash and rpHash, at the start from zeros.
    private static byte[] AuditDigest(byte[] command, byte[] response)
    {
        var code = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(code, (uint)TpmCommandCode.GetRandom);
        return SHA256.HashData(
        [
            .. new byte[32],
            .. SHA256.HashData([.. code, .. command]),
            .. SHA256.HashData([0, 0, 0, 0, .. code, .. response]),
        ]);
    }
}
