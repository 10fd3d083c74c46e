using System.Buffers.Binary;
using KeyBroker.Attestation;
using KeyBroker.Testing;
using KeyBroker.Vault;
using Xunit;

namespace KeyBroker.Tests.Vault;

/// <summary>What the life of a key rests on: clocks that nobody sets, counts that only count too many, and the last look at a state.</summary>
public sealed class LifeTests
{
    private static readonly TimeSpan s_day = TimeSpan.FromHours(24);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Across_a_stop_the_clock_of_the_tpm_counts_and_no_other()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var clock = new SteppedClock();
        fixture.Clock = clock;
        await fixture.ReopenAsync();
        await PlanAsync(fixture);
        Assert.Empty(await fixture.Vault.Destructions.CountDownAsync(Cancellation));

        clock.Step(TimeSpan.FromDays(400));
        await fixture.ReopenAsync();
        Assert.Empty(await fixture.Vault.Destructions.CountDownAsync(Cancellation));

        await fixture.CloseAsync();
        AdvanceTpm(fixture, TimeSpan.FromHours(23));
        await fixture.OpenAsync();
        Assert.Empty(await fixture.Vault.Destructions.CountDownAsync(Cancellation));
        await fixture.CloseAsync();
        AdvanceTpm(fixture, TimeSpan.FromHours(1));
        await fixture.OpenAsync();
        Assert.Equal("web/end", Assert.Single(await fixture.Vault.Destructions.CountDownAsync(Cancellation)).Key);
    }

    [Fact]
    public async Task A_tpm_whose_clock_fell_back_shortens_nothing()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await PlanAsync(fixture);
        await fixture.CloseAsync();
        AdvanceTpm(fixture, TimeSpan.FromDays(10));
        await fixture.OpenAsync();
        Assert.Empty(await fixture.Vault.Destructions.CountDownAsync(Cancellation)); // Its first look: nothing was shown before.

        await fixture.Database.WriteAsync(
            transaction => transaction.Execute(
                "UPDATE destructions SET remaining = @Remaining, tpm_clock = @TpmClock, mac = @Mac",
                Planned(fixture).With(s_day, long.MaxValue, fixture.Vault.Root.RowMac)),
            Cancellation);
        await fixture.ReopenAsync();
        Assert.Empty(await fixture.Vault.Destructions.CountDownAsync(Cancellation));
        Assert.InRange(Planned(fixture).Left, s_day - TimeSpan.FromMinutes(1), s_day);
    }

    [Fact]
    public async Task A_use_that_began_before_a_change_is_refused_after_it_also_where_no_revision_is_known()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var used = await fixture.CreateAsync("web/used", "ec-p256");
        await StillAsync(fixture, used, "sign");
        await ChangeAsync(fixture, key => ItemChanges.Hold(key, new LegalHold(key.CreatedAt, null)));
        await StillAsync(fixture, used, "sign"); // Another revision, which admits it as well.
        await ChangeAsync(fixture, key => ItemChanges.Suspend(key, null));
        await Assert.ThrowsAsync<DeniedException>(() => StillAsync(fixture, used, "sign"));
        await Assert.ThrowsAsync<DeniedException>(() => StillAsync(fixture, used, "sign"));

        await fixture.ReopenAsync();
        await Assert.ThrowsAsync<DeniedException>(() => StillAsync(fixture, used, "sign"));
        await ChangeAsync(fixture, key => ItemChanges.Resume(key, null));
        await StillAsync(fixture, used, "sign");

        Task<KeyRecord> ChangeAsync(VaultFixture open, Func<KeyRecord, KeyRecord> change) => open.Database.WriteAsync(
            transaction => open.Vault.Keys.Change(transaction, "web/used", change), Cancellation);
    }

    /// <summary>LIF-21. A rotation decides nothing about the version that it replaces; whatever else happens to it, somebody decided.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("suspend-old", false)]
    [InlineData("compromise-old", false)]
    [InlineData("too-old", false)]
    [InlineData("suspend-whole", false)]
    [InlineData("deactivate-new", false)]
    [InlineData("revoke-all", false)]
    public async Task A_use_outlives_a_rotation_and_nothing_that_somebody_decided(string decided, bool leaves)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var used = await fixture.CreateAsync("web/used", "ec-p256");
        await fixture.CommitAsync(await fixture.Vault.Keys.PrepareRotationAsync("web/used", Cancellation));
        var now = used.CreatedAt;
        await fixture.Database.WriteAsync(
            transaction => fixture.Vault.Keys.Change(transaction, "web/used", key => decided switch
            {
                "suspend-old" => ItemChanges.Suspend(key, 1),
                "compromise-old" => ItemChanges.Revoke(key, 1, new Revocation("key-compromise", now, null)),
                "too-old" => key with { Life = key.Life with { MinDecryptVersion = 2 } },
                "suspend-whole" => ItemChanges.Suspend(key, null),
                "deactivate-new" => ItemChanges.Deactivate(key, null, now),
                "revoke-all" => ItemChanges.Revoke(key, null, new Revocation("superseded", now, null)),
                _ => key,
            }),
            Cancellation);
        if (leaves)
        {
            await StillAsync(fixture, used, "sign");
            return;
        }

        var begunAnew = await Assert.ThrowsAsync<KeySupersededException>(() => StillAsync(fixture, used, "sign"));
        Assert.Equal(ProblemCodes.KeyState, begunAnew.Refusal.Code);
        Assert.NotNull(begunAnew.Refusal.Extensions);
    }

    [Fact]
    public async Task What_an_administrator_deactivated_is_not_taken_for_replaced()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var used = await fixture.CreateAsync("web/used", "ec-p256");
        await fixture.Database.WriteAsync(
            transaction => fixture.Vault.Keys.Change(transaction, "web/used", key => ItemChanges.Deactivate(key, null, used.CreatedAt)), Cancellation);
        await fixture.CommitAsync(await fixture.Vault.Keys.PrepareRotationAsync("web/used", Cancellation));
        await Assert.ThrowsAsync<KeySupersededException>(() => StillAsync(fixture, used, "sign"));
    }

    [Fact]
    public async Task A_change_that_is_undone_leaves_no_trace_in_the_last_look()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var used = await fixture.CreateAsync("web/used", "ec-p256");
        await Assert.ThrowsAsync<InvalidOperationException>(() => fixture.Database.WriteAsync(
            transaction =>
            {
                fixture.Vault.Keys.Change(transaction, "web/used", key => ItemChanges.Suspend(key, null));
                throw new InvalidOperationException();
            },
            Cancellation));
        await StillAsync(fixture, used, "sign");
        Assert.Equal(used.Revision, fixture.Vault.Keys.Find("web/used")!.Revision);
    }

    [Fact]
    public async Task A_crash_counts_too_many_encryptions_and_never_too_few()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var key = await fixture.CreateAsync("web/counted", "aes-256");
        for (var use = 0; use < 3; use++)
        {
            await fixture.Vault.Ciphers.EncryptAsync(key, "plain"u8.ToArray(), null, Cancellation);
        }

        var first = Counted(fixture);
        await fixture.ReopenAsync();
        await fixture.Vault.Ciphers.EncryptAsync(key, "plain"u8.ToArray(), null, Cancellation);
        Assert.Equal((4096, 8192), (first, Counted(fixture)));
    }

    [Fact]
    public async Task No_version_encrypts_more_often_than_is_safe()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var key = await fixture.CreateAsync("web/counted", "aes-256");
        var ciphertext = await fixture.Vault.Ciphers.EncryptAsync(key, "plain"u8.ToArray(), null, Cancellation);
        var row = new KeyUseRow { KeyId = key.Id, Version = 1, Key = key.Name, Counted = KeyUses.Most - 4095, RotateAt = KeyUses.Usual };
        await fixture.Database.WriteAsync(
            transaction => transaction.Execute("UPDATE key_uses SET counted = @Counted, rotate_at = @RotateAt, mac = @Mac", row.Sign(fixture.Vault.Root.RowMac)),
            Cancellation);
        await fixture.ReopenAsync();

        var refused = await Assert.ThrowsAsync<DeniedException>(() => fixture.Vault.Ciphers.EncryptAsync(key, "plain"u8.ToArray(), null, Cancellation));
        Assert.Equal(ProblemCodes.KeyState, refused.Code);
        Assert.Equal("plain"u8.ToArray(), await fixture.Vault.Ciphers.DecryptAsync(key, ciphertext, null, Cancellation));
        Assert.Equal(["web/counted"], fixture.Vault.Upkeep.Due().Select(due => due.Name));
    }

    [Fact]
    public async Task What_is_destroyed_is_no_longer_open_in_memory()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var key = await fixture.CreateAsync("web/open", "aes-256");
        await fixture.Vault.Ciphers.EncryptAsync(key, "plain"u8.ToArray(), null, Cancellation);
        Assert.Equal(1, fixture.Vault.OpenKeyCount);
        var private0 = key.Primary.Object.Private;
        await fixture.Database.WriteAsync(
            transaction => fixture.Vault.Keys.Change(transaction, "web/open", before => before with
            {
                State = KeyVersionState.Destroyed,
                Versions = [.. before.Versions.Select(version => VersionChanges.Destroy(version, before.CreatedAt))],
            }),
            Cancellation);
        await fixture.Vault.Erasure.ForgetAsync(key, [1]);
        Assert.Empty(await fixture.Vault.Erasure.EraseAsync(Cancellation));
        Assert.Equal(0, fixture.Vault.OpenKeyCount);
        Assert.False(fixture.Database.Read(connection => Dapper.SqlMapper.ExecuteScalar<bool>(
            connection, "SELECT COUNT(*) FROM key_versions WHERE private = @private0", new { private0 })));
    }

    private static long Counted(VaultFixture fixture) =>
        fixture.Database.Read(connection => Dapper.SqlMapper.ExecuteScalar<long>(connection, "SELECT counted FROM key_uses"));

    private static Task StillAsync(VaultFixture fixture, KeyRecord used, string verb) => fixture.Database.WriteAsync(
        transaction => fixture.Vault.Keys.RequireStill(transaction, used, [(1, verb)]), Cancellation);

    private static async Task PlanAsync(VaultFixture fixture)
    {
        var key = await fixture.CreateAsync("web/end", "ec-p256");
        await fixture.Database.WriteAsync(
            transaction => fixture.Vault.Keys.Change(transaction, key.Name, before => ItemDestruction.Plan(
                ItemChanges.Suspend(before, null), null, new PlannedDestruction("id", before.CreatedAt, s_day))),
            Cancellation);
    }

    /// <summary>What is planned, with what is left of the wait.</summary>
    private static DestructionRow Planned(VaultFixture fixture) =>
        new DestructionStore(fixture.Database, fixture.Vault.Root.RowMac).List().Single(row => row.Name == "web/end").Open();

    /// <summary>TPM2_ClockSet (TPM 2.0 Part 3, 29.2), which the broker never sends: what time does by itself.</summary>
    private static void AdvanceTpm(VaultFixture fixture, TimeSpan by)
    {
        using var transport = fixture.Tpm.OpenTransport();
        var shown = new Tpm.Tpm(transport).Execute(new Tpm.Commands.ReadClock()).Clock.Clock;
        Span<byte> command =
        [
            0x80, 0x02, 0, 0, 0, 35, 0, 0, 0x01, 0x28, 0x40, 0, 0, 0x01, 0, 0, 0, 9, 0x40, 0, 0, 0x09, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0,
        ];
        BinaryPrimitives.WriteUInt64BigEndian(command[27..], shown + (ulong)by.TotalMilliseconds);
        Assert.Equal(0, BinaryPrimitives.ReadInt32BigEndian(transport.Transceive(command).AsSpan(6)));
    }
}
