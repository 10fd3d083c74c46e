using KeyBroker.Attestation;

namespace KeyBroker.Cli.Commands.Brokers;

/// <summary>Why a broker was sent nothing, for people.</summary>
internal static class BrokerRefusal
{
    public static void Print(Terminal terminal, IReadOnlyList<Reason> reasons)
    {
        terminal.Error("this is not the broker that is required: nothing was sent to it");
        foreach (var reason in reasons)
        {
            var where = reason.Path is null ? "" : $" ({reason.Path})";
            terminal.ErrorDetail($"  - {reason.Code}: {reason.Message}{where}");
            if (reason.Actual is not null)
            {
                terminal.ErrorDetail($"      actual   {reason.Actual}");
            }

            if (reason.Expected is { Count: > 0 } expected)
            {
                terminal.ErrorDetail($"      expected {string.Join(" or ", expected)}");
            }
        }
    }
}
