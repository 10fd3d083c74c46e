using KeyBroker.Fuzz.Hostile;
using Xunit;

namespace KeyBroker.Tpm.Tests.Sessions;

/// <summary>
/// A sample of what <c>KeyBroker.Fuzz hostile</c> tries whole: somebody on the bus changes a broker's day with its TPM in
/// one place, and it ends with the true results or with an exception of the library, never with a secret on the bus.
/// </summary>
public sealed class HostileBusTests
{
    // Prime, so that over the exchanges each bit of a byte and each kind of forgery is met.
    private const int OneOf = 151;

    [Fact]
    public async Task No_forgery_is_believed_and_none_gives_a_secret_away()
    {
        await using var bus = await HostileBus.StartAsync();
        var report = new HostileReport();
        foreach (var forgery in Sample(new Forgeries(await bus.ListenAsync()).All()))
        {
            report.Add(forgery, await bus.RunAsync(forgery), bus.Crash);
        }

        await bus.ListenAsync();
        Assert.Empty(report.Failures);
        Assert.True(report.Runs > 400);
    }

    // Of the rare kinds every one for some exchange; of the many a share.
    private static IEnumerable<Forgery> Sample(IEnumerable<Forgery> all) => all
        .Index()
        .Where(forgery => forgery.Index % OneOf == 0 || forgery.Item.Kind.EndsWith("stripped", StringComparison.Ordinal))
        .Select(forgery => forgery.Item);
}
