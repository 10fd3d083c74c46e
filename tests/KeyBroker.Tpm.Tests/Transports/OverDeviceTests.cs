using KeyBroker.Tpm.Tests.Commands;
using KeyBroker.Tpm.Tests.Sessions;

namespace KeyBroker.Tpm.Tests.Transports;

/// <summary>The command and session suites once more, over a character device.</summary>
public static class OverDeviceTests
{
    public sealed class Commands : ObjectCommandTests
    {
        private protected override bool IsBehindDevice => true;
    }

    public sealed class PolicySessions : PolicySessionTests
    {
        private protected override bool IsBehindDevice => true;
    }

    public sealed class HmacSessions : HmacSessionTests
    {
        private protected override bool IsBehindDevice => true;
    }

    public sealed class Credentials : CredentialActivationTests
    {
        private protected override bool IsBehindDevice => true;
    }
}
