using KeyBroker.Storage;

namespace KeyBroker.Backups.Restoring;

/// <summary>keybrokerd check-backup: what a backup is worth on this TPM, without a running broker.</summary>
internal static class CheckBackupCommand
{
    public const string Name = "check-backup";

    private const int Done = 0;
    private const int Failed = 1;
    private const int Usage = 2;

    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        try
        {
            if (arguments is ["--help" or "-h"])
            {
                await output.WriteLineAsync(CheckOptions.Usage);
                return Done;
            }

            return await RunAsync(CheckOptions.Parse(arguments), output);
        }
        catch (FormatException misused)
        {
            await error.WriteLineAsync($"keybrokerd {Name}: {misused.Message}\n\n{CheckOptions.Usage}");
            return Usage;
        }
        catch (Exception failure) when (failure is BackupException or StoreVersionException or StoreUnavailableException
            or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"keybrokerd {Name}: {failure.Message.ReplaceLineEndings(" ")}");
            return Failed;
        }
    }

    private static async Task<int> RunAsync(CheckOptions options, TextWriter output)
    {
        var clock = TimeProvider.System;
        var (contents, work) = (Folder.CreateTemporary(), Folder.CreateTemporary());
        try
        {
            if (options.RestoreTo is { } occupied)
            {
                RestoredState.RefuseOccupied(occupied);
            }

            var backup = BackupContents.Read(options.Backup, contents);
            var report = await new RestoreCheck(backup, work, clock).RunAsync(options.Tpm);
            if (options.RestoreTo is { } target && report.MayBeRestored)
            {
                await RestoredState.LayAsync(backup, target, clock);
                report.RestoredTo = target;
            }

            await output.WriteLineAsync(options.Json ? ReportText.Json(report) : ReportText.ForPeople(report, options));
            return report.Ok ? Done : Failed;
        }
        finally
        {
            contents.Delete();
            work.Delete();
        }
    }
}
