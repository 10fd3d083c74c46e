using KeyBroker.Attestation;
using KeyBroker.Hosting;

namespace KeyBroker.Backups;

/// <summary>Who may take a backup: with the embedded TPM in it, only those who can read the state directory anyway.</summary>
internal static class BackupRight
{
    private const uint Root = 0;

    /// <exception cref="DeniedException">operation-denied: administration is no right to every key.</exception>
    public static void Check(AdminPeer peer, bool holdsTpm)
    {
        if (holdsTpm && peer.UserId != Root && peer.UserId != Posix.UserId)
        {
            throw new DeniedException(
                ProblemCodes.OperationDenied, "a backup with the embedded TPM is for root and the broker's own user only");
        }
    }
}
