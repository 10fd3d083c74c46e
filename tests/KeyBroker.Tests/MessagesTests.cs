using KeyBroker.Hosting;
using KeyBroker.Keys;
using KeyBroker.Pipeline;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests;

/// <summary>Registration is by hand, so a test holds it complete.</summary>
public sealed class MessagesTests
{
    [Fact]
    public void Every_message_has_its_handler()
    {
        var services = new ServiceCollection().AddMessages();
        var registered = services.Select(service => service.ServiceType).ToHashSet();
        var messages = Messages().Concat(Uses().Select(use => typeof(KeyBatch<>).MakeGenericType(use))).ToList();

        Assert.NotEmpty(messages);
        Assert.All(messages, message =>
            Assert.Contains(typeof(IRequestHandler<,>).MakeGenericType(message, Requested(message)!), registered));
    }

    [Fact]
    public void Behaviours_are_telemetry_then_audit_then_grants_then_key_state_then_deadline() => Assert.Equal(
        [typeof(TelemetryBehavior<,>), typeof(AuditBehavior<,>), typeof(GrantBehavior<,>), typeof(KeyStateBehavior<,>), typeof(DeadlineBehavior<,>)],
        new ServiceCollection().AddMessages()
            .Where(service => service.ServiceType == typeof(IPipelineBehavior<,>)).Select(service => service.ImplementationType));

    [Fact]
    public void Every_message_is_audited()
    {
        var messages = Messages();
        Assert.All(messages, message => Assert.True(typeof(IAudited).IsAssignableFrom(message), message.Name));
    }

    private static IEnumerable<Type> Messages() => typeof(Broker).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false, ContainsGenericParameters: false } && Requested(type) is not null);

    /// <summary>The messages that may also come in a batch.</summary>
    private static IEnumerable<Type> Uses() => typeof(Broker).Assembly.GetTypes()
        .Select(type => type.BaseType)
        .Where(parent => parent is { IsGenericType: true } && parent.GetGenericTypeDefinition() == typeof(KeyUseEndpoint<>))
        .Select(parent => parent!.GetGenericArguments()[0]);

    private static Type? Requested(Type type) => type.GetInterfaces()
        .FirstOrDefault(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IRequest<>))?.GetGenericArguments()[0];
}
