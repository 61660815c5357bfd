"""TensorFlow, in float64 on the CPU."""

import tensorflow as tf
from tensorflow import abs, maximum, minimum, sqrt
from tensorflow.math import log, sigmoid, softplus, xlogy
from tensorflow.math import pow as power
from tensorflow.nn import leaky_relu, relu

VERSION = tf.__version__
amax, amin, sum, prod = tf.reduce_max, tf.reduce_min, tf.reduce_sum, tf.reduce_prod
std, logsumexp = tf.math.reduce_std, tf.reduce_logsumexp
clip, arctan2 = tf.clip_by_value, tf.atan2


def gradients(function, operands):
    """The gradient by each operand."""
    at = [tf.Variable(each, dtype=tf.float64) for each in operands]
    with tf.GradientTape() as tape:
        result = function(*at)
    return [None if each is None else each.numpy().tolist() for each in tape.gradient(result, at)]
