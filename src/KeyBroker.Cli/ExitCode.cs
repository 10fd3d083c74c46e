namespace KeyBroker.Cli;

/// <summary>What the exit code of the command says; scripts rely on these.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The broker or the TPM said no, a signature is not valid, an item of a batch failed, or a check did.</summary>
    public const int Denied = 1;

    /// <summary>The command was used wrongly.</summary>
    public const int Usage = 2;

    /// <summary>No broker answers, or it cannot do its work just now: worth trying again.</summary>
    public const int Unreachable = 3;

    /// <summary>Ctrl-C, as shells say it: 128 and the number of the signal.</summary>
    public const int Interrupted = 130;
}
