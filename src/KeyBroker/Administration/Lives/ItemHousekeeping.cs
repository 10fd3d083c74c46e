using KeyBroker.Attestation;
using KeyBroker.Audit;
using KeyBroker.Hosting;
using KeyBroker.Pipeline;
using KeyBroker.Storage;
using KeyBroker.Tpm;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>
/// What happens to keys and secrets by itself: planned destructions when their wait is over, rotations when they are due. Looks at
/// start, every minute, and when a version was used up; what fails is tried again at the next look.
/// </summary>
internal sealed partial class ItemHousekeeping(
    BrokerVault vault, IMediator mediator, TimeProvider time, ILogger<ItemHousekeeping> log) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    // The broker stops by its order; a test asks for a look while the service looks too.
    private readonly SemaphoreSlim _one = new(1);

    public async Task LookAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            await TryAsync("destructions", () => DestroyAsync(cancellation), cancellation);
            await TryAsync("erasures", () => EraseAsync(cancellation), cancellation);
            await TryAsync("rotations", () => RotateAsync(cancellation), cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        var (tick, usedUp) = (timer.WaitForNextTickAsync(stoppingToken).AsTask(), vault.Uses.UsedUp.ReadAsync(stoppingToken).AsTask());
        while (true)
        {
            await LookAsync(stoppingToken);
            await await Task.WhenAny(tick, usedUp);
            tick = tick.IsCompleted ? timer.WaitForNextTickAsync(stoppingToken).AsTask() : tick;
            usedUp = usedUp.IsCompleted ? vault.Uses.UsedUp.ReadAsync(stoppingToken).AsTask() : usedUp;
        }
    }

    private async Task DestroyAsync(CancellationToken cancellation)
    {
        foreach (var due in await vault.Destructions.CountDownAsync(cancellation))
        {
            await TryAsync(due.Key, () => DestroyAsync(due, cancellation), cancellation);
        }
    }

    private async Task EraseAsync(CancellationToken cancellation)
    {
        // Also what a broker that was killed in between, or others who were in the way, left undone.
        foreach (var name in await vault.Erasure.EraseAsync(cancellation))
        {
            NotErased(name);
        }
    }

    private async Task DestroyAsync(DestructionRow due, CancellationToken cancellation)
    {
        var kind = due.Of;
        if ((kind == ItemKind.Key ? (VaultItem?)vault.Keys.Find(due.Key) : vault.Secrets.Find(due.Key)) is not { } before)
        {
            return;
        }

        var version = due.Version == 0 ? null : (int?)due.Version;
        var subject = Subject(kind, "destroyed", due.Key) with { Version = version };
        await mediator.Send(
            new ChangeItem(kind, due.Key, item => ItemDestruction.Carry(item, due.Id, time.GetUtcNow()), subject), cancellation);
        Destroyed(kind.Name, due.Key);
        await vault.Erasure.ForgetAsync(before, version is { } one ? [one] : [.. before.AllVersions.Select(each => each.Version)]);
    }

    private async Task RotateAsync(CancellationToken cancellation)
    {
        foreach (var candidate in vault.Upkeep.Candidates())
        {
            await TryAsync(candidate.Name, () => RotateAsync(candidate, cancellation), cancellation);
        }
    }

    private async Task RotateAsync(RotationCandidate candidate, CancellationToken cancellation)
    {
        if (vault.Upkeep.Due(candidate) is { } due)
        {
            await mediator.Send(
                new RenewKey(due.Name, due.Wanted, due.Reason, Subject(ItemKind.Key, "rotate", due.Name)), cancellation);
        }
    }

    /// <summary>LIF-32. What fails is one thing's own, whatever it is; the others have their turn, and the broker goes on.</summary>
    private async Task TryAsync(string what, Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (failure is DeniedException or StoreUnavailableException or StoreIntegrityException
            or AuditUnavailableException or TpmUnavailableException or TpmException)
        {
            Postponed(what, failure.Message);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            Failed(what, FailureText.Trace(failure));
        }
    }

    private static AuditSubject Subject(ItemKind kind, string act, string name) =>
        new($"{kind.Name}.{act}") { Resource = $"{kind.Collection}/{name}", Peer = "broker" };

    [LoggerMessage(Level = LogLevel.Information, Message = "the {Kind} {Name}, or a version of it, is destroyed as planned")]
    private partial void Destroyed(string kind, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the files of the database still hold parts of {Name}, which is destroyed: the next look tries again")]
    private partial void NotErased(string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "what is due for {What} failed, and is tried again: {Trace}")]
    private partial void Failed(string what, string trace);

    [LoggerMessage(Level = LogLevel.Warning, Message = "what is due for {What} is postponed: {Detail}")]
    private partial void Postponed(string what, string detail);
}
