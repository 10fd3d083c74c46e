using System.Globalization;
using System.Runtime.CompilerServices;
using KeyBroker.Administration;
using KeyBroker.Hosting;
using KeyBroker.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace KeyBroker.MovedBroker;

/// <summary>A clock that is so many hours ahead, also of the next process: what passed once has passed.</summary>
/// <param name="file">Has the hours; beside it, with the end <c>.done</c>, those after which the broker has looked at what is due.</param>
internal sealed class KeptClock(string file)
{
    private const int Hours = 25;

    public MovedClock Time { get; } = Ahead(Read(file));

    /// <summary>Lets the broker count what passed until now, moves the clock, and lets it count again.</summary>
    public async Task PassAsync(Broker broker)
    {
        var housekeeping = ApplicationOf(broker)!.Services.GetRequiredService<ItemHousekeeping>();
        await housekeeping.LookAsync(CancellationToken.None);
        var ahead = Read(file) + Hours;
        Write(file, ahead);
        Time.Pass(TimeSpan.FromHours(Hours));
        await housekeeping.LookAsync(CancellationToken.None);
        Write(file + ".done", ahead);
    }

    private static MovedClock Ahead(int hours)
    {
        var clock = new MovedClock();
        clock.Pass(TimeSpan.FromHours(hours));
        return clock;
    }

    private static int Read(string file) =>
        File.Exists(file) ? int.Parse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    // Whole or not at all, for the process may be killed in between.
    private static void Write(string file, int hours)
    {
        File.WriteAllText(file + ".new", hours.ToString(CultureInfo.InvariantCulture));
        File.Move(file + ".new", file, overwrite: true);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_app")]
    private static extern ref WebApplication? ApplicationOf(Broker broker);
}
