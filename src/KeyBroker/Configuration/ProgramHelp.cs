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
          EventLog           log of this host's boot, shown with the broker's own attestation (the firmware's, with device:)
          RateLimits:BrokerAttestationsPerMinute
                             how often one source may ask for it (600)
          EarNames           veraison or ietf: how attestation results are spelled (veraison)
          Clients:ID:Allow   what a relying party may ask: introspect, appraise, with Clients:ID:SecretSha256
                             or Clients:ID:SecretFile, and Clients:ID:PerSecond (100)
          Audit:CheckpointInterval, Audit:CheckpointRecords
                             when the TPM signs the audit log (10m, 100000)
          Audit:CounterIndex   where its counter is in the TPM (0x01804b42)
          Audit:AcceptRollback go on with an older database, once: the value of the counter (none)
          Audit:Sinks:N:Type, Path, Endpoint, Name, Required, RotateAt
                             where else the audit goes: file, syslog, otlp (nowhere)
          Audit:HashIdentifiers  exports and sinks without names (false)
          Audit:LowSpace     free bytes below which there is an alarm (268435456)
          Verifiers:NAME:... remote verifiers and what is believed of them: Kind, Issuer, Audience, Algorithms, Jwks, Profile (none)
          LogFormat          text or json (text)
        """;

    public static bool IsAsked(string[] arguments) => arguments is ["--help" or "-h" or "help"];
}
