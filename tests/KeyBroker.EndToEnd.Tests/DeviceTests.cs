using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>keybrokerd on a TPM that is a character device.</summary>
public sealed class DeviceTests
{
    [Fact]
    public async Task A_machine_uses_keys_and_secrets_of_a_broker_on_a_device_also_after_its_death()
    {
        await using var device = SwtpmDevice.Start();
        await using var broker = await BrokerProcess.StartAsync($"--KeyBroker:Tpm={device.ManagedTcti}");
        await using var machine = await Workload.StartAsync(broker, "web-1");
        await machine.BecomeWebServerAsync("web-1");
        await machine.AllowAsync(("kernel 1", await machine.RegisterAsync(4)));
        await machine.DoAsync("key", "create", "web/signer");
        await machine.DoAsync("secret", "put", "web/db-password", "--value", "hunter2");

        await broker.KillAsync();
        await broker.StartAgainAsync();

        var signature = (await machine.DoAsync("key", "sign", "web/signer", "--message", "pay 10 EUR")).Trim();
        Assert.Contains("valid", await machine.DoAsync(
            "key", "verify", "web/signer", "--message", "pay 10 EUR", "--signature", signature));
        Assert.Equal("hunter2", await machine.DoAsync("secret", "get", "web/db-password"));
    }
}
