using KeyBroker.Hosting;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace KeyBroker.Tests.Hosting;

/// <summary>OPS-8: what the broker does by itself fails, which nobody would hear of otherwise.</summary>
public sealed class BackgroundFailureTests
{
    [Fact]
    public async Task A_part_that_failed_is_named_with_its_cause_and_one_that_ended_is_not()
    {
        var cause = new InvalidOperationException("why");
        using var ended = new Part(Task.CompletedTask);
        using var failed = new Part(Task.FromException(cause));
        Part[] parts = [ended, failed];
        Assert.Null(BackgroundFailure.Of(parts));
        foreach (var part in parts)
        {
            await part.StartAsync(TestContext.Current.CancellationToken);
            await Task.WhenAny(part.ExecuteTask!);
        }

        var failure = BackgroundFailure.Of(parts)!;
        Assert.Same(cause, failure.InnerException);
        Assert.StartsWith("Part failed", failure.Message, StringComparison.Ordinal);
    }

    private sealed class Part(Task work) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => work;
    }
}
