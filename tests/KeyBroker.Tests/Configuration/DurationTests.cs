using KeyBroker.Configuration;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace KeyBroker.Tests.Configuration;

/// <summary>PRO-11: how long a duration may be, wherever one is read.</summary>
public sealed class DurationTests
{
    [Theory]
    [InlineData("1s", 1)]
    [InlineData("36500d", 36500L * 86400)]
    [InlineData("876000h", 36500L * 86400)]
    [InlineData("999999999s", 999999999)]
    public void What_is_read(string text, long seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Durations.TryParse(text));

    [Theory]
    [InlineData("36501d")]
    [InlineData("876001h")]
    [InlineData("999999999m")]
    [InlineData("999999999h")]
    [InlineData("999999999d")]
    [InlineData("100000000d")]
    [InlineData("10675200d")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("1w")]
    [InlineData("d")]
    [InlineData("")]
    public void What_is_not(string text) => Assert.Null(Durations.TryParse(text));

    [Theory]
    [InlineData("TokenLifetime", "100000000d", "36500d")]
    [InlineData("AttestationRetention", "10000000d", "36500d")]
    [InlineData("ChallengeLifetime", "36501d", "36500d")]
    [InlineData("OperationTimeout", "10000000d", "36500d")]
    [InlineData("OperationTimeout", "25h", "1d")]
    [InlineData("DrainTime", "2d", "1d")]
    public void A_setting_that_is_too_long_is_refused_with_what_may_be_set(string setting, string value, string most)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("KeyBroker:" + setting, value)]).Build();
        var refused = Assert.Throws<StartupException>(() => BrokerSettings.Read(configuration));
        Assert.Contains("KeyBroker:" + setting, refused.Message, StringComparison.Ordinal);
        Assert.Contains(most, refused.Message, StringComparison.Ordinal);
    }
}
