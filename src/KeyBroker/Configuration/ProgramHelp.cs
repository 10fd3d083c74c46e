namespace KeyBroker.Configuration;

/// <summary>What keybrokerd says to somebody who asks how it is used, in place of starting a broker.</summary>
internal static class ProgramHelp
{
    public const string Text =
        """
        keybrokerd [--KeyBroker:SETTING=VALUE ...] [--urls URL]
        keybrokerd check-backup BACKUP [--tpm TCTI] [--restore-to DIRECTORY] [--json]

        Runs the broker, in the foreground, until it is told to stop. Settings come from appsettings.json beside the program,
        the file of the host, the environment (KeyBroker__SETTING) and the command line; the later wins.

          Urls               where machines call; plain HTTP on the loopback only (http://127.0.0.1:8440)
          StateDirectory     database, audit, and the embedded TPM (./state)
          PolicyDirectory    the policy files, which are watched (./policies)
          Tpm                embedded, device:PATH, swtpm:host=H,port=P or swtpm:path=SOCKET (embedded)
          EndorsementRoots   folder of certificates of TPM makers (none: administrators approve each machine)
          EndorsementDenyList  file of TPMs that are refused, which is watched (none)
          Issuer             the URL that machines know the broker by (the first of Urls)
          AdminSocket        where administrators call (admin.sock in the runtime or the state directory)
          Database           sqlite:PATH (keybroker.db in the state directory)
          ChallengeLifetime  how long a nonce is good (60s)
          TokenLifetime      how long a token is good at most (5m)
          AttestationRetention  how long past attestations are kept (30d)
          OperationTimeout   how long an operation may take (30s)
          DrainTime          how long a stop waits for requests (10s)
          Quotas:KeysPerMachine, Quotas:SecretsPerMachine, Quotas:VersionsPerKey, Quotas:VersionsPerSecret
                             what one machine may make, 0 for no end (10000)
          LogFormat          text or json (text)
        """;

    public static bool IsAsked(string[] arguments) => arguments is ["--help" or "-h" or "help"];
}
