using System.Text.Json;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.Quotes;

namespace KeyBroker.Enrollments;

#pragma warning disable CA1707 // Members are named after the columns.
/// <summary>A row of the machines table.</summary>
internal sealed class MachineRow
{
    public const string Columns =
        "id, name, ek_public, ak_public, trust, status, labels, reset_count, restart_count, created_at, mac, re_enroll, epoch, revoke_reason, "
        + "registered, manufacturer, model, firmware, ek_issuer, ek_serial";

    public string Id { get; set; } = "";

    public string Name { get; set; } = "";

    public byte[]? Ek_Public { get; set; }

    public byte[]? Ak_Public { get; set; }

    public string? Trust { get; set; }

    public string Status { get; set; } = "";

    public string Labels { get; set; } = "{}";

    public long? Reset_Count { get; set; }

    public long? Restart_Count { get; set; }

    public long Created_At { get; set; }

    public byte[] Mac { get; set; } = [];

    public long Re_Enroll { get; set; }

    public long Epoch { get; set; }

    public string? Revoke_Reason { get; set; }

    public long Registered { get; set; }

    public string? Manufacturer { get; set; }

    public string? Model { get; set; }

    public string? Firmware { get; set; }

    public string? Ek_Issuer { get; set; }

    public string? Ek_Serial { get; set; }

    // Rows of the first schema have neither epoch nor reason, those of the second nothing of the third, and their MACs hold.
    public object?[] Fields =>
    [
        Id, Name, Ek_Public, Ak_Public, Trust, Status, Labels, Reset_Count, Restart_Count, Created_At, Re_Enroll,
        .. Registered != 0 || Manufacturer is not null
            ? [Epoch, Revoke_Reason, Registered, Manufacturer, Model, Firmware, Ek_Issuer, Ek_Serial]
            : Epoch == 0 && Revoke_Reason is null ? Array.Empty<object?>() : [Epoch, Revoke_Reason],
    ];

    public static MachineRow Of(Machine machine) => new()
    {
        Id = machine.Id,
        Name = machine.Name,
        Ek_Public = machine.EkPublic,
        Ak_Public = machine.AkPublic,
        Trust = machine.Trust,
        Status = machine.Status,
        Labels = JsonSerializer.Serialize(machine.Labels),
        Reset_Count = machine.Boot?.ResetCount,
        Restart_Count = machine.Boot?.RestartCount,
        Created_At = machine.CreatedAt.ToUnixTimeMilliseconds(),
        Re_Enroll = machine.MayReEnroll ? 1 : 0,
        Epoch = machine.Epoch,
        Revoke_Reason = machine.RevokeReason,
        Registered = machine.Registered ? 1 : 0,
        Manufacturer = machine.Tpm?.Manufacturer,
        Model = machine.Tpm?.Model,
        Firmware = machine.Tpm?.Firmware,
        Ek_Issuer = machine.Tpm?.Issuer,
        Ek_Serial = machine.Tpm?.Serial,
    };

    public Machine ToMachine() => new(Id, Name, Status, DateTimeOffset.FromUnixTimeMilliseconds(Created_At))
    {
        EkPublic = Ek_Public,
        AkPublic = Ak_Public,
        Trust = Trust,
        Labels = JsonSerializer.Deserialize<Dictionary<string, string>>(Labels)!,
        Boot = Reset_Count is { } reset && Restart_Count is { } restart
            ? new BootCounters(checked((uint)reset), checked((uint)restart))
            : null,
        MayReEnroll = Re_Enroll != 0,
        Epoch = checked((int)Epoch),
        RevokeReason = Revoke_Reason,
        Registered = Registered != 0,
        Tpm = Manufacturer is null ? null : new CertifiedTpm(Manufacturer, Model!, Firmware!, Ek_Issuer!, Ek_Serial!),
    };
}
#pragma warning restore CA1707
