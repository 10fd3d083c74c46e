using KeyBroker.Testing;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Transports;
using Xunit;

namespace KeyBroker.Tpm.Tests.Transports;

public sealed class DeviceTransportTests
{
    private static readonly CommandPatience s_short =
        new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(100)]
    public async Task A_response_in_pieces_is_read_whole(int pieces)
    {
        await using var device = SwtpmDevice.Start();
        using var tpm = new Tpm(device.OpenTransport());
        device.Tear(pieces);
        Assert.Equal(32, tpm.Execute(new GetRandom(32)).Length);
        Assert.NotEmpty(tpm.Execute(new GetCapability(TpmCapability.Commands, 0, 256)).ToNumbers());
    }

    [Fact]
    public async Task A_device_that_does_not_answer_is_given_up_and_stays_so_until_it_is_opened_again()
    {
        await using var device = SwtpmDevice.Start();
        using (var tpm = new Tpm(TpmConnection.Open(device.Tcti, TimeProvider.System, s_short)))
        {
            Assert.Equal(8, tpm.Execute(new GetRandom(8)).Length);
            device.Mute(true);
            var missed = Assert.Throws<IOException>(() => tpm.Execute(new GetRandom(8)));
            Assert.Contains("did not answer", missed.Message, StringComparison.Ordinal);
            Assert.True(SpinWait.SpinUntil(() => device.Lost == 1, TimeSpan.FromSeconds(10)));
            device.Mute(false);
            Assert.Throws<IOException>(() => tpm.Execute(new GetRandom(8)));
            Assert.Equal(2, device.Commands);
        }

        using var again = new Tpm(device.OpenTransport());
        Assert.Equal(8, again.Execute(new GetRandom(8)).Length);
    }

    [Fact]
    public async Task A_device_that_is_gone_is_an_input_output_error()
    {
        await using var device = SwtpmDevice.Start();
        using var tpm = new Tpm(device.OpenTransport());
        device.Unplug();
        Assert.Throws<IOException>(() => tpm.Execute(new GetRandom(8)));
        Assert.ThrowsAny<IOException>(() => TpmConnection.Open(device.Tcti));
    }

    [Fact]
    public void What_is_no_tpm_is_an_input_output_error()
    {
        using var silent = new Tpm(TpmConnection.Open("device:/dev/null"));
        Assert.Throws<IOException>(() => silent.Execute(new GetRandom(8)));
        using var noisy = new Tpm(TpmConnection.Open("device:/dev/zero"));
        Assert.Throws<IOException>(() => noisy.Execute(new GetRandom(8)));
    }

    [Fact]
    public async Task Only_the_device_of_the_resource_manager_manages_resources()
    {
        await using var device = SwtpmDevice.Start();
        using (var plain = device.OpenTransport())
        {
            Assert.False(plain.IsResourceManaged);
        }

        var alias = Path.Combine(Path.GetDirectoryName(device.ManagedPath)!, "tpm");
        File.CreateSymbolicLink(alias, device.ManagedPath);
        foreach (var path in new[] { device.ManagedPath, alias })
        {
            using var managed = TpmConnection.Open($"device:{path}");
            Assert.True(managed.IsResourceManaged);
        }
    }

    [Fact]
    public async Task Several_may_have_the_device_open()
    {
        await using var device = SwtpmDevice.Start();
        using var first = new Tpm(TpmConnection.Open(device.ManagedTcti));
        using var second = new Tpm(TpmConnection.Open(device.ManagedTcti));
        Assert.Equal(8, first.Execute(new GetRandom(8)).Length);
        Assert.Equal(8, second.Execute(new GetRandom(8)).Length);
    }
}
