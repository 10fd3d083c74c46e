using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Backups;

internal sealed class MakeBackupHandler(BackupMaker maker) : IRequestHandler<MakeBackup, Outcome<Backup>>
{
    public async Task<Outcome<Backup>> Handle(MakeBackup message, CancellationToken cancellationToken)
    {
        BackupRight.Check(message.Peer, maker.HoldsTpm);
        var backup = await maker.MakeAsync(message.Id, cancellationToken);
        return new Outcome<Backup>(backup)
        {
            Abandon = () =>
            {
                backup.Dispose();
                return Task.CompletedTask;
            },
        };
    }
}
